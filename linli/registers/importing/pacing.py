"""How many rows go into a transaction: many, as long as nobody else has to wait for the write lock."""

FIRST, FEWEST, MOST = 200, 100, 2000
WISHED = 0.3  # seconds of the write lock; more than a second nobody may have to wait


def next_size(size: int, took: float) -> int:
    """How many rows to take next, when so many took so long: never more than twice as many, never more than MOST.

    >>> next_size(200, 0.05), next_size(200, 0.3), next_size(2000, 0.9), next_size(1500, 0.1), next_size(100, 5)
    (400, 200, 666, 2000, 100)
    """
    fitting = int(size * WISHED / max(took, 0.001))
    return min(max(min(fitting, 2 * size), FEWEST), MOST)
