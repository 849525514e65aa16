"""All of Chongqing from outside data: codes of two years, boundaries of two makers, points of three."""

import csv
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import shapely

from linli.areas import comparing, importing, naming, queries, redrawing, scoped, tables, undoing
from linli.areas.codes import Level
from linli.areas.models import Area, Boundary
from linli.geo import polygons
from linli.language.sounds import joined
from tests.rooms.areas.conftest import Thing, everything, stamps, things  # noqa: F401

pytestmark = [pytest.mark.outside, pytest.mark.django_db]

FOLDER = Path(os.environ.get("LINLI_OUTSIDE") or Path(__file__).parents[3] / "shared" / "data") / "geo"
COMMUNITIES, STREETS = "chongqing_communities_2023.csv.gz", "chongqing_streets_2023.csv"
NEWER = "chongqing_pinyin_2025.csv"
# The README of the folder names the first six; the second file is older and coarser.
BOUNDARIES = {
    "chongqing_districts.geojson": ("gcj02", 38, {"九龙坡区", "长寿区", "合川区", "铜梁区", "潼南区", "奉节县"}),
    "chongqing_districts_echarts.geojson": (
        "wgs84",
        38,
        {"大渡口区", "九龙坡区", "长寿区", "合川区", "铜梁区", "潼南区", "开州区", "奉节县"},
    ),
}


def file(name: str) -> Path:
    """A file of the outside data; the suite is only run when asked for, so a missing one is a failure."""
    path = FOLDER / name
    if not path.is_file():
        pytest.fail(f"{name} is not in {FOLDER}: set LINLI_OUTSIDE to the folder of the outside data.")
    return path


def rows(name: str) -> list[dict[str, str]]:
    with file(name).open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture
def bring(program, at):
    def brought(table: str | None = None, boundaries: str | None = None, crs: str = "wgs84"):
        material = importing.read(
            table=file(table) if table else None,
            boundaries=file(boundaries) if boundaries else None,
            crs=crs,
            root=("50", "重庆市") if table else None,
        )
        return importing.bring(material, by=program, at=at)

    return brought


@pytest.mark.parametrize("name", BOUNDARIES)
def test_all_of_chongqing_with_its_boundaries(bring, name):
    crs, known, crossing = BOUNDARIES[name]
    material = importing.read(table=file(COMMUNITIES), boundaries=file(name), crs=crs, root=("50", "重庆市"))
    shown = importing.propose(material)
    assert {land.name for _code, land in shown.mended} == crossing
    assert all(land.complaint.facts["lon"] and land.complaint.facts["lat"] for _code, land in shown.mended)
    assert len(shown.lands) == known
    assert shown.unmatched == shown.ambiguous == ()
    assert {land.name for _code, land in shown.alike} <= {"梁平县", "武隆县"}, "districts since 2016, under other codes"
    told = bring(COMMUNITIES, name, crs)
    assert (told.new, told.boundaries) == (12_340, known)
    assert Counter(Area.objects.values_list("level", flat=True)) == {
        Level.MUNICIPALITY: 1,
        Level.DISTRICT: 38,
        Level.TOWNSHIP: 1_031,
        Level.COMMUNITY: 11_270,
    }
    assert all(polygons.read(text).is_valid for _code, text in queries.boundaries(Level.DISTRICT))
    assert bring(COMMUNITIES, name, crs).boundaries == 0


def test_the_table_of_streets_says_what_the_table_of_communities_says(bring):
    bring(COMMUNITIES)
    told = bring(STREETS)
    assert (told.new, told.renamed) == (0, 0)


def test_the_two_makers_mean_the_same_land_once_gcj02_is_put_back(bring):
    bring(STREETS, "chongqing_districts.geojson", "gcj02")
    finer = {code: polygons.read(text) for code, text in queries.boundaries(Level.DISTRICT)}
    bring(None, "chongqing_districts_echarts.geojson")
    coarser = {code: polygons.read(text) for code, text in queries.boundaries(Level.DISTRICT)}
    shares = sorted(
        shapely.intersection(finer[c], coarser[c]).area / shapely.union(finer[c], coarser[c]).area for c in finer
    )
    assert shares[len(shares) // 2] > 0.95
    assert Boundary.objects.exclude(until=None).count() == 38


def test_every_district_seat_lies_in_its_district(bring):
    bring(STREETS, "chongqing_districts.geojson", "gcj02")
    seats = [row for row in rows("chongqing_district_points.csv") if not row["adcode"][:6].endswith("00")]
    finder = queries.finder(Level.DISTRICT)
    found = finder.which([float(row["longitude"]) for row in seats], [float(row["latitude"]) for row in seats])
    names = dict(queries.within("").values_list("code", "name")) | {"": ""}
    pairs = [(naming.stem(row["name"]), naming.stem(names[code])) for row, code in zip(seats, found, strict=True)]
    assert len(pairs) == 38
    assert [pair for pair in pairs if pair[0] != pair[1]] == []


def test_most_towns_of_geonames_lie_in_chongqing_and_each_in_one_district(bring):
    bring(STREETS, "chongqing_districts.geojson", "gcj02")
    places = rows("chongqing_geonames_places.csv")
    found = {row["name"]: queries.at_point(float(row["lon"]), float(row["lat"])) for row in places}
    inside = [name for name, area in found.items() if area]
    assert len(inside) > 0.9 * len(places)
    by_sound = [name for name in inside if joined(found[name].pinyin).startswith(name.lower().replace(" ", ""))]
    assert len(by_sound) >= 5, "county seats bear their county's name"


def test_search_finds_every_township_by_its_name_its_sound_and_its_code(bring):
    bring(COMMUNITIES)
    for row in rows(STREETS)[::25]:
        code, name = row["street_code"], row["street"]
        sounds = joined(naming.pinyin(name))
        for words in (name, sounds, code):
            within = row["district_code"]
            assert code in [area.code for area in queries.search(words, within=within, limit=50)], (words, name)


def test_the_sounds_agree_with_a_table_made_by_others():
    others = [(row["name"], row["pinyin"].lower()) for row in rows(NEWER)]
    wrong = [(name, naming.pinyin(name), theirs) for name, theirs in others if naming.pinyin(name) != theirs]
    assert len(wrong) <= 5, wrong


def test_from_one_vintage_to_the_other_and_back(bring, things, program, at):  # noqa: F811
    """821 of 1,021 town codes are shared. Nothing is orphaned on the way, and the way back is exact."""
    bring(COMMUNITIES)
    communities = list(Area.objects.filter(level=Level.COMMUNITY).values_list("code", flat=True))
    things.objects.bulk_create(Thing(area_code=code) for code in communities)
    newer = {code: line.name for code, line in tables.read(file(NEWER).read_bytes()).areas.items()}
    found = comparing.compare(dict(queries.within("").values_list("code", "name")), newer)
    towns = {code: name for code, name in newer.items() if len(code) == 9}
    kinds = Counter(type(each.change).__name__ for each in found.proposed)
    print(f"\nsame {found.same}, changed {found.changed}, proposed {dict(kinds)}")
    assert found.same + found.changed > 1_000
    before = everything()
    done = redrawing.redraw(found.changes, effective_on=date(2026, 11, 1), by=program, at=at)
    standing = dict(queries.within("").values_list("code", "name"))
    assert {code: name for code, name in standing.items() if len(code) == 9} == towns
    assert sum(len(code) == 12 for code in standing) == 11_270
    assert set(stamps().values()) == {code for code in standing if len(code) == 12}, "every thing lies in a community"
    assert scoped.counts(things, [""]).keys() <= standing.keys()
    undoing.undo(done, by=program, at=at)
    assert everything() == before
