"""How far a post reaches, on every page that shows the journal: no further than `sees` says of each entry."""

import re

import pytest
from django.db import transaction

from linli.access import appointing
from linli.access.acting import actor_of
from linli.access.appointing import Appointment
from linli.access.models import Account
from linli.access.reach import Reach
from linli.access.scoping import sees
from linli.areas.models import Area
from linli.ground.hands import Program
from linli.journal import writing
from linli.journal.models import Entry

TOWN, NEXT = "500199001", "500199002"
PLACES = ["", "50", "500199", TOWN, f"{TOWN}001", f"{TOWN}001001", f"{TOWN}009", NEXT, "500198001"]
PAGES = ["/", "/journal/", f"/journal/?area={TOWN}", f"/areas/{TOWN}/"]


@pytest.fixture(autouse=True)
def now(time_machine, at):
    time_machine.move_to(at, tick=False)


@pytest.fixture
def reader(signed_in, at, program):
    """A browser whose post reads the journal, and reaches as far as is said."""

    def browser(reach, *areas):
        client = signed_in("zhou", "community-clerk", "500197")
        zhou = Account.objects.get(sign_in_name="zhou")
        zhou.posts.get().delete()
        asked = Appointment("community-clerk", area=areas[0], also=areas[1:], reach=reach, since=at.date())
        appointing.give(zhou, asked, by=program, at=at)
        return client, zhou

    return browser


@pytest.fixture
def happened(at):
    """Something in every place, by the account itself and by another; each tells of itself by its name."""

    def write(own):
        for level, code in ((3, "500199"), (4, TOWN), (4, NEXT)):
            Area.objects.create(code=code, level=level, name=f"area {code}")
        with transaction.atomic():
            for place, area in enumerate(PLACES):
                for who in (own, "A-9"):
                    name = f"told-{place}-{'own' if who == own else 'other'}."
                    writing.write("area.renamed", thing=TOWN, by=Program(who), at=at, area=area, old="x", name=name)

    return write


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("reach", "areas"),
    [
        (Reach.ALL, [TOWN]),
        (Reach.CHOSEN, [TOWN, NEXT]),
        (Reach.BELOW, [TOWN]),
        (Reach.LEVEL, [TOWN]),
        (Reach.OWN, [TOWN]),
    ],
)
def test_a_page_shows_what_the_post_reaches_and_nothing_else(reader, happened, at, reach, areas, page):
    client, zhou = reader(reach, *areas)
    happened(zhou.ref)
    actor = actor_of({}, zhou, at=at)
    shown = set(re.findall(r"told-\d+-\w+", client.get(page, headers={"Accept-Language": "en"}).content.decode()))
    within = {
        entry.said["name"].rstrip("."): entry
        for entry in Entry.objects.filter(verb="area.renamed")
        if sees(actor, code=entry.area_code, owned_by=entry.by)
        and ("area=" not in page or entry.area_code.startswith(TOWN))
    }
    assert shown <= set(within), f"shown though it lies outside: {shown - set(within)}"
    if page.startswith("/journal/"):
        assert shown == set(within)


def test_an_address_tells_nobodys_name(reader, account):
    far = account("secret-far-name", "grid-worker", "500198001")
    client, _zhou = reader(Reach.BELOW, TOWN)
    assert "secret-far-name" not in client.get(f"/journal/?by={far.ref}").content.decode()
