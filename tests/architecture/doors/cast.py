"""Who knocks.

Each role knocks twice: as a post in the clerk's community, and as one in another district. Roles that carry the same
permissions and reach as far share a column (the table's head says which; a soak walks every one of them). Beside them
stand whoever is nobody, the administrator of everything, that one looking on as the clerk, and the clerk.
"""

from datetime import date

from linli.access import appointing, opening
from linli.access.acting import LOOKED_ON
from linli.access.appointing import Appointment
from linli.access.roles import ROLES
from tests.architecture.doors.asking import OWN
from tests.browser import small_town

OUTSIDE = "500198"
OUTSIDER = ("wai", "外人", "administrator", OUTSIDE)


def kinds() -> dict[str, list[str]]:
    """Roles that may do the same and reach as far, under the first of them."""
    found: dict[tuple, list[str]] = {}
    for role in ROLES.values():
        found.setdefault((role.may, role.reach), []).append(role.slug)
    return {slugs[0]: slugs for slugs in found.values()}


CAST = [
    "nobody",
    *(f"{slug} {side}" for side in ("in", "out") for slug in kinds()),
    "everything",
    "looking on",
    "the clerk",
]
QUICK = ["nobody", "administrator in", "community-clerk in", "grid-head in", "administrator out"]
QUICK += ["everything", "looking on", "the clerk"]  # the few who knock in the quick suite


def told_as(role: str, side: str) -> str:
    """The name one of the cast signs in with."""
    return f"{role}-{side}"


def appoint(program, at) -> None:
    """Everyone of the cast has an account and a post."""
    cast = [(told_as(slug, side), slug, slug, area) for slug in ROLES for side, area in (("in", OWN), ("out", OUTSIDE))]
    for name, called, role, area in (OUTSIDER, *cast):
        who = opening.open_account(sign_in_name=name, name=called, password=small_town.PASSWORD, by=program, at=at)
        appointing.give(who, Appointment(role=role, area=area, since=date(2026, 1, 1)), by=program, at=at)


def knock(client, who, words) -> None:
    """The browser of one of the cast."""
    if who != "nobody":
        role, _space, side = who.rpartition(" ")
        other = "zhou" if who == "the clerk" else "admin"
        client.force_login(small_town.account(told_as(role, side) if side in ("in", "out") else other))
    if who == "looking on":
        session = client.session
        session[LOOKED_ON] = words["ZHOUS"]
        session.save()
