"""The doors of the house itself: its first page, its language, the way in and out."""

from tests.architecture.doors.asking import RIGHT, Sample

SAMPLES: list[Sample] = [
    ("home", "", {}, {}),
    ("health", "", {}, {}),
    ("language", "English", {}, {"language": "en"}),
    ("look", "dark", {}, {"theme": "dark"}),
    ("sign-in", "right", {}, RIGHT),
    ("sign-in", "wrong password", {}, RIGHT | {"password": "wrong"}),
    ("sign-out", "", {}, {}),
]  # fmt: skip
