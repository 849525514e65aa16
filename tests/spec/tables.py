"""Tables as text: what a spec test reads, and what the handbook shows."""


def rows(table: str) -> list[dict[str, str]]:
    """The rows of a table whose columns are parted by bars, under the names of its first line.

    >>> rows('''
    ...     code   | level
    ...     50     | municipality
    ... ''')
    [{'code': '50', 'level': 'municipality'}]
    """
    lines = [line for line in table.strip().splitlines() if line.strip()]
    heads, *body = ([cell.strip() for cell in line.split("|")] for line in lines)
    assert all(len(cells) == len(heads) for cells in body), table
    return [dict(zip(heads, cells, strict=True)) for cells in body]
