"""How long a soak lasts: whole, or, where LINLI_SOAK_SECONDS says how long, the same tests with fewer rounds."""

import os

WHOLE_S = 1800


def rounds(whole: int, least: int = 3) -> int:
    """The rounds of a soak test: all of them, or those that LINLI_SOAK_SECONDS leaves time for."""
    seconds = os.environ.get("LINLI_SOAK_SECONDS")
    return max(least, whole * int(seconds) // WHOLE_S) if seconds else whole
