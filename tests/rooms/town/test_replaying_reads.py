"""A city's table is read by its map and laid onto the town; what cannot be read is refused or counted."""

import gzip
from datetime import UTC, datetime

import pytest
import shapely

from linli.town.replaying import mapping, matters, places, staffing
from linli.town.replaying.matters import Reading

BOSTON = (
    "open_dt,target_dt,closed_dt,type,queue,case_title,location,source,longitude,latitude\n"
    "2011-07-01 01:32:33,2011-07-15 01:32:32,2011-07-01 05:06:58,Lamp,Lamps,Dark lamp,1 A St,Call,-71.07,42.27\n"
    "2011-07-02 09:00:00,2011-07-01 09:00:00,,Lamp,Lamps,,1 A St,App,0,0\n"
    "soon,,,Lamp,Lamps,,,,,\n"
    "2011-07-03 09:00:00,,2011-08-03 09:00:00,,,,,,,\n"
)


def table(folder, text, name="cases.csv"):
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["cases.csv", "cases.csv.gz"])
def test_rows_become_matters_in_their_order(tmp_path, name):
    path, reading = table(tmp_path, BOSTON, name), Reading()
    city = mapping.fitting(matters.columns(path))
    found = list(matters.read(path, city, reading))
    assert city.name == "boston_311"
    assert [each.row for each in found] == [1, 2, 4]
    assert (reading.rows, reading.untimed, reading.dropped) == (4, 1, 0)
    first = found[0]
    assert first.opened == datetime(2011, 7, 1, 5, 32, 33, tzinfo=UTC)
    assert (first.kind, first.desk, first.spot, first.was_late) == ("Lamp", "Lamps", (-71.07, 42.27), False)


def test_a_promise_before_the_beginning_and_a_spot_outside_the_city_say_nothing(tmp_path):
    path = table(tmp_path, BOSTON)
    odd = list(matters.read(path, mapping.fitting(matters.columns(path)), Reading()))[1]
    assert (odd.promised, odd.spot, odd.was_late) == (None, None, None)


def test_cancelled_rows_are_left_out_and_counted(tmp_path):
    text = (
        "CreatedDate,ClosedDate,RequestType,Owner,Address,RequestSource,Status,Longitude,Latitude\n"
        "12/31/2017 11:59:58 PM,,Sofa,BOS,1 B Av,Call,Cancelled,-118.2,34.0\n"
        "12/31/2017 11:59:59 PM,01/02/2018 12:00:00 AM,Sofa,BOS,1 B Av,Call,Closed,-118.2,34.0\n"
    )
    path, reading = table(tmp_path, text), Reading()
    found = list(matters.read(path, mapping.fitting(matters.columns(path)), reading))
    assert [each.row for each in found] == [2] and reading.dropped == 1
    assert found[0].opened == datetime(2018, 1, 1, 7, 59, 59, tzinfo=UTC)


def test_a_table_that_no_map_reads_is_refused_with_its_columns(tmp_path):
    with pytest.raises(mapping.NoMap) as refused:
        mapping.fitting(matters.columns(table(tmp_path, "a,b,c\n1,2,3\n")))
    assert refused.value.facts["columns"] == "a, b, c"


@pytest.mark.parametrize(
    ("name", "content"),
    [("cases.csv.gz", b"not packed"), ("cases.csv", b""), ("cases.csv", b"\xff\xfe\x00a,b,c"), ("cases.csv", b"one")],
)
def test_what_is_no_table_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(matters.NotATable):
        matters.columns(tmp_path / name)


def test_a_table_cut_off_is_refused_where_it_ends(tmp_path):
    path = tmp_path / "cases.csv.gz"
    path.write_bytes(gzip.compress(BOSTON.encode() * 50)[:-30])
    with pytest.raises(matters.NotATable):
        list(matters.read(path, mapping.shipped()[0], Reading()))


@pytest.mark.parametrize("text", ["", "[map]\n", "[columns]\nopened = []\n", "="])
def test_a_map_that_lacks_something_is_refused(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(mapping.BadMap):
        mapping.read(path)


def test_a_city_lies_on_the_town_with_its_neighbours():
    polygons = [shapely.box(x, 0, x + 1, 1) for x in range(4)]
    ground = places.Ground(["1", "2", "3", "4"], polygons, (0.0, 0.0, 40.0, 10.0))
    found = [ground.at((x, 5.0)) for x in (5.0, 15.0, 25.0, 35.0)]
    assert [each.area_code for each in found] == ["1", "2", "3", "4"]
    assert (found[0].lon, found[0].lat) == (0.5, 0.5)


def test_a_spot_beside_every_grid_goes_into_the_nearest():
    polygons = [shapely.box(0, 0, 1, 1), shapely.box(9, 9, 10, 10)]
    place = places.Ground(["1", "2"], polygons, (0.0, 0.0, 10.0, 10.0)).at((7.0, 6.0))
    assert place.area_code == "2"
    assert polygons[1].contains(shapely.Point(place.lon, place.lat))


def test_desks_work_in_their_hours_and_keep_the_order():
    city = mapping.shipped()[0]
    calendar = staffing.calendar_of(city)
    desk = staffing.Desk(mapping.Staff(2, 60), calendar)
    friday_night = datetime(2011, 7, 1, 23, tzinfo=UTC)
    tasks = [desk.take(friday_night, f"matter {n}") for n in range(200)]
    assert [each.begins for each in tasks] == sorted(each.begins for each in tasks)
    assert tasks[0].begins == datetime(2011, 7, 5, 12, tzinfo=UTC)  # behind the weekend and the Fourth of July
    for task in tasks:
        at_once = sum(each.begins <= task.begins < each.ends for each in tasks)
        assert at_once <= 2
        assert calendar.windows(task.begins.astimezone(city.zone).date())


def test_the_same_word_takes_the_same_time():
    calendar = staffing.calendar_of(mapping.shipped()[0])
    monday = datetime(2011, 7, 11, 13, tzinfo=UTC)
    once, again = (staffing.Desk(mapping.Staff(1, 60), calendar).take(monday, "a lamp") for _ in range(2))
    assert once == again
