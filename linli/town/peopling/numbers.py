"""Numbers that are given once in a town, though its blocks are drawn apart: each follows from a place in a row."""

from datetime import date

from linli.ground import identity, refs

# None of these districts is on the state's list (GB/T 2260), so no number made of them is anybody's.
DISTRICTS = tuple(f"5001{place}" for place in range(99, 59, -1))
SLOTS = 500 * len(DISTRICTS)  # people of one sex who may be born on one day
UNALLOCATED = "160"  # no mobile network has this prefix
BITS, WHOLE = 30, (1 << 30) - 1
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def scattered(number: int, seed: int) -> int:
    """Another number of thirty bits, a different one for each, that seems to follow no rule.

    >>> scattered(1, 1) != scattered(2, 1), len({scattered(number, 7) for number in range(5000)})
    (True, 5000)
    """
    number = ((number ^ (seed * 0x9E3779B1 & WHOLE)) * 0x2C1B3C6D) & WHOLE
    number = ((number ^ number >> 15) * 0x297A2D39) & WHOLE
    return number ^ number >> 15


def ref(kind: str, number: int, seed: int) -> str:
    """The reference of the n-th record of its kind in the town of a seed."""
    return refs.from_number(kind, scattered(number, seed))


def citizen(born: date, sex: str, slot: int) -> str:
    """A number with a right check digit, in a district that does not exist; odd serials are men's.

    >>> citizen(date(1949, 12, 31), "2", 0), citizen(date(1949, 12, 31), "1", 500)[:6]
    ('500199194912310006', '500198')
    """
    serial = slot % 500 * 2 + (1 if sex == identity.MALE else 0)
    digits = f"{DISTRICTS[slot // 500]}{born:%Y%m%d}{serial:03d}"
    return digits + identity.check_sign(digits)


def phone(number: int) -> str:
    """The n-th number of a network that does not exist.

    >>> phone(0), phone(1)
    ('16000000000', '16061803399')
    """
    return f"{UNALLOCATED}{number * 61803399 % 100_000_000:08d}"


def credit_code(kind: str, number: int) -> str:
    """A credit code (GB 32100) with right check signs, given in a district that does not exist.

    >>> credit_code("92", 1), identity.organisation(credit_code("91", 7)).doubts
    ('92500199MA00000158', ())
    """
    body = f"MA{number:06d}"
    over = 11 - sum(_value(sign) * weight for sign, weight in zip(body, WEIGHTS, strict=True)) % 11
    signs = f"{kind}{DISTRICTS[0]}{body}{'X' if over == 10 else over % 11}"
    return signs + identity.credit_sign(signs)


def _value(sign: str) -> int:
    """What a sign counts in an organisation's own number (GB 11714)."""
    return int(sign) if sign.isdigit() else ord(sign) - ord("A") + 10
