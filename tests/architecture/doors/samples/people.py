"""The doors to the people who work here: posts, teams, bureaus, the roster, invitations."""

from tests.architecture.doors.asking import OTHER, OWN, Sample
from tests.browser import small_town

WATCH = {"post": "ZHOUS", "begins_at": "2026-11-25T08:00", "ends_at": "2026-11-25T20:00"}


def offer(area: str) -> dict[str, str]:
    """A post offered in an area."""
    return {"name": "李", "role": "grid-worker", "area": area, "reach": "below", "since": "2026-11-24"}


SAMPLES: list[Sample] = [
    ("history", "of one's own", {}, {}),
    ("history", f"?area={OWN}", {}, {}),
    ("history", f"?area={OTHER}", {}, {}),
    ("people", "of one's own", {}, {}),
    ("people-invite", "into the township", {}, offer(small_town.TOWN)),
    ("people-invite", "into another district", {}, offer("500198001")),
    ("people-sheet", "what is no sheet", {}, {"file": ("x.csv", "?")}),
    ("person", "the clerk", {"ref": "ZHOU"}, {}),
    ("person", "the outsider", {"ref": "WAI"}, {}),
    ("person-leave", "the clerk", {"ref": "ZHOU"}, {"post": "ZHOUS", "since": "2026-12-01", "until": "2026-12-02"}),
    ("person-departure", "the clerk", {"ref": "ZHOU"}, {"successor": ""}),
    ("person-departure", "the outsider", {"ref": "WAI"}, {"successor": ""}),
    ("post", "the clerk's", {"ref": "ZHOUS"}, {}),
    ("post", "the outsider's", {"ref": "WAIS"}, {}),
    ("post-end", "the clerk's", {"ref": "ZHOUS"}, {"successor": "NEXT"}),
    ("post-end", "the outsider's", {"ref": "WAIS"}, {}),
    ("look-on", "as the clerk", {"ref": "ZHOUS"}, {"reason": "asked to"}),
    ("look-on", "as the outsider", {"ref": "WAIS"}, {"reason": "asked to"}),
    ("look-on-stop", "", {}, {}),
    ("act-as", "a post of the clerk's", {}, {"post": "ZHOUS"}),
    ("permissions", "", {}, {}),
    ("leave-end", "none of that number", {"number": 987654}, {}),
    ("leave-end", "the clerk's", {"number": "ZHOUL"}, {}),
    ("leave-end", "the outsider's", {"number": "WAIL"}, {}),
    ("person-password", "the clerk's", {"ref": "ZHOU"}, {"reason": "lost it"}),
    ("person-password", "the outsider's", {"ref": "WAI"}, {"reason": "lost it"}),
    ("person-sign-ins-end", "the clerk's", {"ref": "ZHOU"}, {}),
    ("person-sign-ins-end", "the outsider's", {"ref": "WAI"}, {}),
    ("new-password", "by no code", {"code": "none"}, {}),
    ("new-password", "by a code", {"code": "FORGOT"}, {"new": "a", "again": "a"}),
    ("post-offer", "a post that is held", {"ref": "ZHOUS"}, {}),
    ("post-offer", "one that is offered", {"ref": "OFFERED"}, {}),
    ("post-offer-take-back", "a post that is held", {"ref": "ZHOUS"}, {}),
    ("post-offer-take-back", "one that is offered", {"ref": "OFFERED"}, {}),
    ("factor-rules", "volunteers must", {}, {"role": "volunteer", "asked": "yes", "since": "2026-12-01",
                                             "grace_days": "7"}),
    ("teams", "of one's own", {}, {}),
    ("team", "a grid of the clerk's", {"code": f"{OWN}001"}, {"shape": ""}),
    ("team", "a grid of another", {"code": f"{OTHER}001"}, {"shape": ""}),
    ("team-shapes", "take over 1+3+N", {}, {"known": "1-3-n"}),
    ("team-shape-new", "without a name", {}, {}),
    ("team-shape", "none of that reference", {"ref": "T-00000-00"}, {}),
    ("team-shape", "the clerk's", {"ref": "SHAPE"}, {"do": "give-up"}),
    ("team-sheet", "what is no sheet", {}, {"file": ("x.csv", "?")}),
    ("bureaus", "add one", {}, {"name": "民政局"}),
    ("bureau", "none of that code", {"code": "none"}, {}),
    ("bureau", "the clerk's", {"code": "BUREAU"}, {"name": ""}),
    ("bureau-sheet", "what is no sheet", {}, {"file": ("x.csv", "?")}),
    ("boards", "", {}, {}),
    ("roster-take-off", "none of that number", {"number": 987654}, {}),
    ("roster-take-off", "the clerk's watch", {"number": "ZHOUW"}, {}),
    ("roster-take-off", "the outsider's watch", {"number": "WAIW"}, {}),
    ("security", "", {}, {}),
    ("roster", "put the clerk on watch", {}, WATCH),
    ("roster-hand-over", "none of that number", {"number": 987654}, {"to": "ZHOUS", "note": "x"}),
    ("roster-hand-over", "the clerk's watch", {"number": "ZHOUW"}, {"to": "ZHOUS", "note": "x"}),
    ("roster-hand-over", "the outsider's watch", {"number": "WAIW"}, {"to": "WAIS", "note": "x"}),
    ("join", "by no code", {"code": "none"}, {}),
    ("join", "by a code", {"code": "INVITED"}, {"sign_in_name": "new", "password": "a" * 9, "again": "a" * 9}),
]  # fmt: skip
