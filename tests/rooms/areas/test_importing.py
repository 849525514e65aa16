"""Bringing in areas and boundaries: shown first, written once, refused whole."""

import json
from datetime import date

import pytest

from linli.areas import importing, keeping, queries
from linli.areas.importing import LocalCodesTaken, MissingParents, TwoBoundaries
from linli.areas.keeping import BeforeItStood, StillToCome
from linli.areas.models import Area, Boundary
from linli.areas.tables import GivenTwice
from linli.geo import polygons
from linli.geo.points import convert
from linli.ground.refusals import NotPermitted, OutsideScope
from linli.journal.models import Entry

pytestmark = pytest.mark.django_db

TABLE = "区划代码,名称\n500198,云溪区\n500198001,香樟街道\n500198002,石桥镇\n500198001001,梧桐社区\n"
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
BOWTIE = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]


def geojson(*features: tuple[dict, list]) -> bytes:
    rows = [
        {"type": "Feature", "properties": said, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for said, ring in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def read(table: str = TABLE, *features, **more):
    return importing.read(table=table.encode(), boundaries=geojson(*features) if features else None, **more)


@pytest.fixture
def bring(program, at):
    return lambda material, **more: importing.bring(material, by=program, at=at, **more)


def everything() -> list[tuple]:
    return [*Area.objects.order_by("pk").values_list(), *Boundary.objects.order_by("pk").values_list()]


def test_areas_stand_with_their_sounds_and_one_entry(bring):
    told = bring(read(), source="民政局 2025", since=date(2025, 1, 1))
    area = queries.area("500198001")
    assert (area.name, area.pinyin, area.initials) == ("香樟街道", "xiang zhang jie dao", "xzjd")
    assert (area.source, area.since) == ("民政局 2025", date(2025, 1, 1))
    entry = Entry.objects.get()
    assert (entry.verb, entry.area_then, entry.rows, entry.digest) == ("area.imported", "500198", 4, told.digest)


def test_a_box_lies_around_the_boundary_as_it_is_kept(bring):
    """Not as it was brought: seven decimals are kept of however many."""
    bring(read(TABLE, ({"adcode": 500198}, [[x + 1e-8 / 3, y - 1e-8 / 3] for x, y in SQUARE])))
    row = Boundary.objects.get()
    assert (row.west, row.south, row.east, row.north) == polygons.read(row.geometry).bounds == (0, 0, 1, 1)


def test_a_file_does_not_end_what_had_not_begun(bring, program, at):
    shape = {"adcode": 500198}
    bring(read(TABLE, (shape, SQUARE)), since=date(2025, 1, 1))
    for material in (read(TABLE.replace("石桥镇", "新桥镇")), read(TABLE, (shape, [[2 * x, y] for x, y in SQUARE]))):
        before = everything()
        with pytest.raises(BeforeItStood):
            bring(material, since=date(2024, 1, 1))
        assert everything() == before
    with pytest.raises(StillToCome):
        bring(read(), since=date(2027, 1, 1))


def test_the_same_files_again_change_nothing(bring):
    material = read(TABLE, ({"adcode": 500198}, SQUARE), ({"code": "500198001"}, BOWTIE))
    bring(material)
    before, version = everything(), Entry.objects.count()
    assert bring(material).boundaries_same == 2
    assert (everything(), Entry.objects.count()) == (before, version)


def test_the_digest_is_of_what_is_written(bring):
    first = bring(read())
    assert first.digest != bring(read("code,name\n500197,安居区\n")).digest


def test_a_trial_shows_and_writes_nothing(bring):
    bring(read())
    changed = TABLE.replace("石桥镇", "石桥街道") + "500198003,柳林乡\n"
    shown = importing.propose(read(changed))
    assert [str(line) for line in shown.new] == ["6: 500198003 柳林乡"]
    assert [(line.name, area.name) for line, area in shown.renamed] == [("石桥街道", "石桥镇")]
    assert shown.same == 3
    assert queries.area("500198002").name == "石桥镇"


def test_a_renamed_area_keeps_its_row_and_its_past(bring):
    bring(read())
    before = queries.area("500198002").pk
    bring(read(TABLE.replace("石桥镇", "石桥街道")), since=date(2026, 1, 1))
    assert queries.area("500198002").pk == before
    assert list(Area.objects.filter(code="500198002").exclude(until=None).values_list("name", "until")) == [
        ("石桥镇", date(2026, 1, 1))
    ]


@pytest.mark.parametrize(
    ("refusal", "table"),
    [
        (GivenTwice, TABLE + "500198001,又一街道\n"),
        (MissingParents, TABLE + "500198003001,孤村\n"),
        (MissingParents, TABLE + "500197001,孤镇\n"),
    ],
)
def test_refused_whole_with_the_lines(bring, refusal, table):
    with pytest.raises(refusal) as refused:
        bring(read(table))
    assert "6: " in refused.value.facts["lines"]
    assert not Area.objects.exists() and not Entry.objects.exists()


def test_a_statutory_code_does_not_take_a_local_one(bring, program, at):
    bring(read())
    keeping.found(code="500198/township", name="云溪高新区", local=True, by=program, at=at)
    with pytest.raises(LocalCodesTaken):
        bring(read("code,name\n500198900,某镇\n"))
    assert queries.area("500198900").name == "云溪高新区"


def test_the_area_above_all_may_be_named(bring):
    bring(read(root=("50", "重庆市")))
    assert [area.name for area in queries.path("500198001")] == ["重庆市", "云溪区"]


def test_boundaries_are_known_by_code_else_by_their_name_below_the_parent(bring):
    table = TABLE + "500199,江口区\n500199001,石桥镇\n"
    material = read(
        table,
        ({"adcode": 500198000000}, SQUARE),
        ({"name": "梧桐社区"}, SQUARE),
        ({"name": "石桥镇", "parent": {"adcode": 500199}}, SQUARE),
        ({"name": "石桥镇"}, SQUARE),
        ({"name": "不在册"}, SQUARE),
    )
    shown = importing.propose(material)
    assert list(shown.lands) == ["500198", "500198001001", "500199001"]
    assert [(land.number, fitting) for land, fitting in shown.ambiguous] == [(4, ("500198002", "500199001"))]
    assert [land.number for land in shown.unmatched] == [5]


def test_two_boundaries_of_one_area_are_refused(bring):
    with pytest.raises(TwoBoundaries):
        bring(read(TABLE, ({"adcode": 500198}, SQUARE), ({"name": "云溪区"}, SQUARE)))
    assert not Area.objects.exists()


def test_a_ring_that_crosses_itself_is_mended_and_the_place_is_told(bring):
    material = read(TABLE, ({"adcode": 500198}, BOWTIE))
    ((code, land),) = importing.propose(material).mended
    assert (code, land.complaint.facts) == ("500198", {"lon": 1.0, "lat": 1.0})
    bring(material)
    assert queries.at_point(0.2, 1).code == queries.at_point(1.8, 1).code == "500198"


def test_a_newer_boundary_follows_the_older_one(bring):
    bring(read(TABLE, ({"adcode": 500198}, SQUARE)))
    bring(read(TABLE, ({"adcode": 500198}, [[2, 2], [3, 2], [3, 3], [2, 2]])), since=date(2026, 1, 1))
    assert queries.at_point(0.5, 0.5) is None and queries.at_point(2.9, 2.1).code == "500198"
    assert sorted(Boundary.objects.values_list("since", "until"), key=str) == [
        (None, date(2026, 1, 1)),
        (date(2026, 1, 1), None),
    ]


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_shifted_coordinates_are_put_back(bring, crs):
    ring = [[106.5, 29.5], [106.6, 29.5], [106.6, 29.6], [106.5, 29.5]]
    shifted = [list(map(float, convert(lon, lat, "wgs84", crs))) for lon, lat in ring]
    bring(read(TABLE, ({"adcode": 500198}, shifted), crs=crs))
    boundary = Boundary.objects.get()
    assert (boundary.west, boundary.north) == (pytest.approx(106.5, abs=1e-6), pytest.approx(29.6, abs=1e-6))


def test_whoever_may_not_redraw_may_not_bring_in(actor, at):
    with pytest.raises(NotPermitted):
        importing.bring(read(), by=actor("li", "community-clerk", "50"), at=at)
    with pytest.raises(OutsideScope):
        importing.bring(read(), by=actor("he", "administrator", "500199"), at=at)
    assert not Area.objects.exists()
