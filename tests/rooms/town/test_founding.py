"""The town in the database: whole, once, and never in a real installation."""

import json

import pytest
from shapely import LineString, box

from linli.areas import backgrounds, importing, keeping, laying, queries
from linli.areas.models import Area, Background
from linli.journal.models import Entry
from linli.town import founding
from linli.town.drawing import Area as DrawnArea
from linli.town.drawing import Drawing, Feature

pytestmark = pytest.mark.django_db
WEST, SOUTH = 102.2, 39.9


@pytest.fixture
def drawing() -> Drawing:
    """A town of one street and two communities."""
    street = Feature(LineString([(WEST, SOUTH), (WEST + 0.02, SOUTH + 0.02)]), {"kind": "main", "name": "樟树路"})
    whole = box(WEST, SOUTH, WEST + 0.02, SOUTH + 0.02)
    halves = box(WEST, SOUTH, WEST + 0.01, SOUTH + 0.02), box(WEST + 0.01, SOUTH, WEST + 0.02, SOUTH + 0.02)
    areas = [
        DrawnArea("500199", "district", "云岭区", whole),
        DrawnArea("500199001", "township", "香樟街道", whole),
        DrawnArea("500199001001", "community", "清河社区", halves[0]),
        DrawnArea("500199001002", "community", "团结社区", halves[1]),
    ]
    return Drawing(7, "township", {"street": [street]}, areas, [], {"street": 1})


@pytest.fixture
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def test_areas_and_plan_stand_with_an_entry_each(drawing, data_folder, program, at):
    done = founding.found(drawing, by=program, at=at)
    assert (done.areas, done.already) == (4, False)
    assert queries.area("500199001002").name == "团结社区"
    assert backgrounds.path(backgrounds.laid(done.background)).exists()
    assert sorted(Entry.objects.values_list("verb", flat=True)) == ["area.imported", "background.laid"]


def test_the_same_town_again_writes_nothing(drawing, data_folder, program, at):
    first = founding.found(drawing, by=program, at=at)
    again = founding.found(drawing, by=program, at=at)
    assert again.already and again.background == first.background
    assert Entry.objects.count() == 2


def test_what_was_cut_off_is_finished(drawing, data_folder, program, at, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(importing, "bring", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            founding.found(drawing, by=program, at=at)
    assert founding.stands(7, "township") is None
    founding.found(drawing, by=program, at=at)
    assert (Background.objects.count(), Area.objects.count()) == (1, 4)


def test_no_town_in_a_real_installation(drawing, data_folder, program, at):
    (data_folder / "begun.json").write_text(json.dumps({"kind": "real"}), "utf-8")
    with pytest.raises(founding.RealInstallation):
        founding.found(drawing, by=program, at=at)
    assert Area.objects.count() == Background.objects.count() == 0


def test_no_second_town_beside_the_first(drawing, data_folder, program, at):
    founding.found(drawing, by=program, at=at)
    with pytest.raises(founding.OtherAreasStand):
        founding.stands(8, "township")


def test_a_town_in_which_people_drew_and_lifted_still_stands(drawing, data_folder, program, at):
    """What is drawn, cut or laid by hand has another source than the town; none of it founds the town again."""
    plan = founding.found(drawing, by=program, at=at).background
    keeping.found(code="500199001003", name="新社区", by=program, at=at)
    again = founding.stands(7, "township")
    assert again and (again.areas, again.background) == (4, plan)
    laying.lift(backgrounds.laid(plan), by=program, at=at)
    entries = Entry.objects.count()
    assert founding.found(drawing, by=program, at=at).already
    assert Entry.objects.count() == entries
