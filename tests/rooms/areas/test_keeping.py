"""One area at a time: founded with a free code below one that stands; local codes from their range; renamed."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from linli.areas import keeping, queries
from linli.areas.codes import Level, NotACode
from linli.areas.keeping import BeforeItStood, CodeTaken, NoLocalCodeLeft, NoParent, NotALocalCode, StillToCome
from linli.areas.models import Area, Boundary
from linli.areas.naming import NotAName
from linli.ground.refusals import OutsideScope
from linli.journal.models import Entry

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def found(program, at):
    return lambda code, name="新", **more: keeping.found(code=code, name=name, by=program, at=at, **more)


def test_a_new_area_stands_and_is_journalled(found):
    found("500198004", "梅林镇", since=date(2026, 1, 1))
    area = queries.area("500198004")
    assert (area.level, area.pinyin, area.local) == (Level.TOWNSHIP, "mei lin zhen", False)
    assert Entry.objects.get().verb == "area.founded"


def test_a_development_zone_takes_the_next_free_local_code(found):
    first, second = found("500198/township", local=True), found("500198/township", local=True)
    assert (first.code, second.code, second.local) == ("500198900", "500198901", True)
    assert found("5001/district", local=True).code == "500191"


@pytest.mark.parametrize(
    ("refusal", "code", "local"),
    [
        (CodeTaken, "500198001", False),
        (NoParent, "500197001", False),
        (NoParent, "500198003001001", False),
        (NotALocalCode, "500198905", False),
        (NotALocalCode, "500198004", True),
        (NotACode, "50019800", False),
        (NotACode, "500198/parish", True),
        (NoLocalCodeLeft, "500198001001/grid", True),
    ],
)
def test_refused(found, refusal, code, local):
    before = Area.objects.count()
    with pytest.raises(refusal):
        found(code, local=local)
    assert Area.objects.count() == before and not Entry.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "长" * 61, "一\n二"])
def test_a_name_is_a_name(found, name):
    with pytest.raises(NotAName):
        found("500198004", name)


def test_every_local_range_says_since_when_and_that_it_is_not_verified():
    for known in keeping.local_ranges().values():
        assert known.unverified and known.reason and known.first <= known.last and known.since


def test_a_renamed_area_keeps_its_id_and_its_past(program, at):
    area = queries.area("500198003")
    keeping.rename(area, name="柳林镇", effective_on=date(2026, 11, 1), by=program, at=at)
    keeping.rename(queries.area("500198003"), name="柳林镇", by=program, at=at)
    assert queries.area("500198003").pk == area.pk
    assert list(Area.objects.filter(code="500198003").order_by("pk").values_list("name", "until")) == [
        ("柳林镇", None),
        ("柳林乡", date(2026, 11, 1)),
    ]
    assert Entry.objects.filter(verb="area.renamed").count() == 1


def test_only_whoever_may_redraw_there(actor, at):
    with pytest.raises(OutsideScope):
        keeping.found(code="500199002", name="新", by=actor("he", "administrator", "500198"), at=at)


def test_nothing_is_founded_or_renamed_for_a_day_to_come(program, at, found):
    tomorrow = at.date() + timedelta(days=1)
    with pytest.raises(StillToCome):
        found("500198004", since=tomorrow)
    with pytest.raises(StillToCome):
        keeping.rename(queries.area("500198003"), name="柳林镇", effective_on=tomorrow, by=program, at=at)


def test_a_name_does_not_end_before_it_began(program, at, found):
    area = found("500198004", since=at.date())
    with pytest.raises(BeforeItStood):
        keeping.rename(area, name="旧", effective_on=at.date() - timedelta(days=1), by=program, at=at)


@pytest.mark.parametrize("model", [Area, Boundary])
def test_the_database_itself_lets_nothing_end_before_it_began(model):
    sides = {"west": 0, "south": 0, "east": 1, "north": 1}
    what = {"code": "500198004", "level": 4} if model is Area else {"area": queries.area("500198"), **sides}
    with pytest.raises(IntegrityError):
        model.objects.create(**what, since=date(2026, 2, 1), until=date(2026, 1, 1))
