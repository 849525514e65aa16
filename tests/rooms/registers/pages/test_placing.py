"""An address finds the building others of its building lie in, by its old name too; what finds none waits in a list."""

import pytest
from django.urls import reverse

from linli.ground.refusals import Refusal
from linli.journal.models import Entry
from linli.registers import keeping, placing
from linli.registers.models import Dwelling, OldName, Person, Register
from tests.rooms.registers.imports import brought
from tests.rooms.registers.imports import workbook as sheet

from .desk import AT, BY, COMMUNITY, GRID, NEXT_GRID, browser

pytestmark = pytest.mark.django_db
HEADS = ["姓名", "联系电话", "现住址"]


@pytest.fixture
def building(town):
    """福源庭院3 stands in the first grid, 福源庭院30 in the next; where 柳树村 lies nobody knows."""
    homes = {}
    for address, grid in (("福源庭院3栋1单元101", GRID), ("福源庭院30栋1单元101", NEXT_GRID)):
        home = homes[address] = keeping.add(Register.DWELLING, {"dwelling.address": address}, area=grid, by=BY, at=AT)
        home.lon, home.lat = 106.5, 29.5
        home.save()
    return homes


def lies(name):
    return Person.objects.get(name=name)


def test_a_dwelling_of_a_file_lies_in_its_building_and_grid(building, tmp_path):
    rows = [["王大", "13800000001", "福源庭院3-2-502"], ["李梅", "13800000002", "香樟路9号"]]
    brought(sheet(tmp_path / "a.xlsx", rows, HEADS), area=COMMUNITY)
    assert (lies("王大").area_code, lies("王大").lon) == (GRID, 106.5)
    assert (lies("李梅").area_code, lies("李梅").lon) == (COMMUNITY, None)
    page = browser("zhou").get(reverse("places"))
    assert [each.address_key for each, _name, _where in page.context["shown"]] == ["香樟路9"]
    assert "香樟路9" not in page.content.decode(), "masked as everywhere"


def test_files_of_dwellings_find_their_buildings_too(building, tmp_path):
    brought(
        sheet(tmp_path / "d.xlsx", [["福源庭院30栋2单元302", 88]], ["住址", "建筑面积"]),
        area=COMMUNITY,
        register=Register.DWELLING,
    )
    assert Dwelling.objects.get(address_key="福源庭院30-2-302").area_code == NEXT_GRID


def test_an_old_name_means_the_name_of_now(building, tmp_path):
    zhou = browser("zhou")
    zhou.post(reverse("place-name"), {"old": "纺织厂家属院", "new": "福源庭院"})
    brought(sheet(tmp_path / "a.xlsx", [["王大", "13800000001", "纺织厂家属院3栋502"]], HEADS), area=COMMUNITY)
    assert (lies("王大").dwelling.address_key, lies("王大").area_code) == ("福源庭院3-502", GRID)
    assert Entry.objects.get(verb="place.named").said["old"] == "纺织厂家属院"
    assert browser("wai").post(reverse("place-name"), {"drop": OldName.objects.get().pk}).status_code == 404
    zhou.post(reverse("place-name"), {"drop": OldName.objects.get().pk})
    assert not OldName.objects.exists() and Entry.objects.filter(verb="place.name-dropped").exists()


def test_one_that_waits_is_given_its_building_with_whoever_lives_there(building, tmp_path):
    brought(sheet(tmp_path / "a.xlsx", [["李梅", "13800000002", "福源小区9栋101"]], HEADS), area=COMMUNITY)
    home = lies("李梅").dwelling
    said = {"record": home.ref, "building": "福源庭院3栋"}
    assert browser("wai").post(reverse("places"), said).status_code == 404
    assert browser("zhou").post(reverse("places"), said | {"building": "柳树村"}).status_code == 404
    assert browser("zhou").post(reverse("places"), said).status_code == 303
    assert (lies("李梅").area_code, lies("李梅").lat) == (GRID, 29.5)
    assert Entry.objects.get(verb="dwelling.placed").thing == home.ref
    assert not placing.unplaced(viewer=actor()).exists()


def actor():
    return browser("zhou").get(reverse("places")).wsgi_request.actor


@pytest.mark.parametrize(("old", "new"), [("", "福源庭院"), ("纺", "福源庭院"), ("纺织厂", ""), ("福源", "福源庭院")])
def test_what_is_no_old_name_is_refused(building, old, new):
    with pytest.raises(Refusal):
        placing.keep_name(old, new, area=COMMUNITY, by=BY, at=AT)
    assert not OldName.objects.exists()
