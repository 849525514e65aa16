"""The doors to what is one's own: the inbox, the second factor, the sign-ins, the city's sign-on."""

from tests.architecture.doors.asking import Sample
from tests.browser import small_town

SAMPLES: list[Sample] = [
    ("inbox", "", {}, {}),
    ("inbox-count", "", {}, {}),
    ("inbox-read", "", {}, {"up_to": "0"}),
    ("inbox-wishes", "", {}, {}),
    ("inbox-receipts", "unsigned", {}, {}),
    ("sign-in-factor", "nobody waits", {}, {}),
    ("sign-in-city", "no city named", {}, {}),
    ("sign-in-city-back", "no city named", {}, {}),
    ("factor", "", {}, {}),
    ("factor-app", "", {}, {}),
    ("factor-codes", "", {}, {}),
    ("factor-passkey", "without HTTPS", {}, {}),
    ("factor-remove", "none of that number", {"number": 987654}, {}),
    ("factor-remove", "the clerk's", {"number": "ZHOUF"}, {"password": small_town.PASSWORD}),
    ("factor-reset", "the clerk's", {"ref": "ZHOU"}, {"reason": "lost the phone"}),
    ("factor-reset", "the outsider's", {"ref": "WAI"}, {"reason": "lost the phone"}),
    ("sign-ins", "", {}, {}),
    ("sign-in-end", "none of that number", {"number": 987654}, {}),
    ("sign-in-end", "the clerk's", {"number": "ZHOUO"}, {}),
    ("sign-ins-end", "", {}, {}),
    ("password", "wrong old one", {}, {"old": "wrong"}),
    ("sign-on", "no city named", {}, {}),
    ("sign-on-link", "no city named", {}, {}),
    ("sign-on-unlink", "no city named", {}, {}),
]  # fmt: skip
