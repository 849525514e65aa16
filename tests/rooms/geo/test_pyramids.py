"""A plan in one file: small tiles, the same bytes each time, and readers that never meet half of it."""

import gzip
import threading

import mapbox_vector_tile
import numpy as np
import pmtiles.reader
import pytest
import shapely
from shapely import LineString, Point, box

from linli.geo import pyramids
from linli.geo.pyramids import Pyramid, Rule, layer_of, write_pyramid
from linli.geo.refusals import NotAPyramid, NothingToDraw
from linli.geo.tiles import tile_at

LON, LAT = 106.55, 29.56


def town():
    rng = np.random.default_rng(5)
    corners = rng.uniform((LON, LAT), (LON + 0.03, LAT + 0.03), (400, 2))
    schools = [
        (Point(*at), {"kind": "school", "name": f"第{i}小学", "rank": i % 5 + 1}) for i, at in enumerate(corners[:50])
    ]
    homes = [
        (box(x, y, x + 4e-4, y + 2e-4), {"kind": "home", "number": str(i), "floors": 6})
        for i, (x, y) in enumerate(corners)
    ]
    main = {"kind": "main", "name": "香樟路", "width": 16}
    return {
        "place": layer_of(schools),
        "street": layer_of(
            [
                (LineString([(LON, LAT), (LON + 0.01, LAT)]), main),
                (LineString([(LON + 0.01, LAT), (LON + 0.03, LAT + 0.01)]), main),
                (LineString([(LON, LAT), (LON, LAT + 0.02)]), {"kind": "lane", "name": "桂花巷", "width": 5}),
            ]
        ),
        "building": layer_of(homes),
        "relief": layer_of([(Point(LON, LAT).buffer(0.05), {"kind": "hill", "height": 300})]),
    }


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "town.pmtiles"
    write_pyramid(path, town(), name="香樟街道")
    return path


def layers(pyramid, z, lon=LON + 0.001, lat=LAT + 0.001):
    data = pyramid.tile(*tile_at(lon, lat, z))
    return mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})


def kinds(layer):
    return {feature["properties"]["kind"] for feature in layer["features"]}


def test_what_is_drawn_from_which_zoom(plan):
    pyramid = Pyramid(plan)
    seen = {z: layers(pyramid, z) for z in range(8, 16)}
    assert [z for z in seen if "building" in seen[z]] == [14, 15]
    assert [z for z in seen if "street" in seen[z]] == list(range(10, 16))
    assert [z for z in seen if "street" in seen[z] and "lane" in kinds(seen[z]["street"])] == [14, 15]
    assert all("relief" in seen[z] for z in seen)
    assert min(z for z in seen if "number" in str(seen[z].get("building"))) == 15


def test_the_more_important_places_come_first(plan):
    pyramid = Pyramid(plan)
    for z, last in ((8, 1), (10, 2), (12, 3), (14, 4), (15, 5)):
        tiles = {tile_at(LON + dx / 1000, LAT + dy / 1000, z) for dx in range(31) for dy in range(31)}
        ranks = set()
        for tile in tiles:
            data = gzip.decompress(pyramid.tile(*tile) or gzip.compress(b""))
            for feature in mapbox_vector_tile.decode(data).get("place", {"features": []})["features"]:
                ranks.add(feature["properties"]["rank"])
        assert max(ranks) == last


def test_a_street_in_pieces_is_one_line_at_low_zoom(plan):
    pyramid = Pyramid(plan)
    (street,) = layers(pyramid, 10)["street"]["features"]
    assert street["properties"] == {"kind": "main"}
    assert len(layers(pyramid, 12)["street"]["features"]) == 1
    assert layers(pyramid, 13)["street"]["features"][0]["properties"]["name"] == "香樟路"


def test_streets_that_cross_are_not_cut_at_the_crossing(tmp_path):
    lanes = [[(LON, LAT), (LON + 0.01, LAT + 0.01)], [(LON + 0.01, LAT), (LON, LAT + 0.01)]]
    path = tmp_path / "cross.pmtiles"
    write_pyramid(path, {"street": layer_of([(LineString(line), {"kind": "lane"}) for line in lanes])})
    assert len(layers(Pyramid(path), 14)["street"]["features"]) == 2


def test_what_is_equal_but_not_the_same_keeps_its_type(tmp_path):
    """1 and true are equal to Python: each is written as what it is."""
    path = tmp_path / "typed.pmtiles"
    said = [{"kind": "hall", "bridge": value} for value in (1, True, 1, True)]
    write_pyramid(path, {"place": layer_of([(Point(LON + 0.001, LAT + 0.001), each) for each in said])})
    found = [f["properties"]["bridge"] for f in layers(Pyramid(path), 15)["place"]["features"]]
    assert [type(value) for value in found] == [int, bool, int, bool]


def test_the_same_plan_is_the_same_bytes(plan, tmp_path):
    again = tmp_path / "again.pmtiles"
    write_pyramid(again, town(), name="香樟街道")
    assert again.read_bytes() == plan.read_bytes()
    assert list(tmp_path.iterdir()) == [again]


def test_other_readers_read_it_too(plan):
    with plan.open("rb") as file:
        reader = pmtiles.reader.Reader(pmtiles.reader.MmapSource(file))
        header, metadata = reader.header(), reader.metadata()
        assert (header["min_zoom"], header["max_zoom"]) == (8, 15)
        assert header["clustered"]
        assert metadata["name"] == "香樟街道"
        described = {layer["id"]: layer for layer in metadata["vector_layers"]}
        assert described["building"]["fields"] == {"floors": "Number", "kind": "String", "number": "String"}
        assert described["street"]["minzoom"] == 8
        west, south, east, north = (header[f"{k}_e7"] / 1e7 for k in ("min_lon", "min_lat", "max_lon", "max_lat"))
        assert (west, south, east, north) == pytest.approx((LON - 0.05, LAT - 0.05, LON + 0.05, LAT + 0.05))
        mine, count = Pyramid(plan), 0
        for (z, x, y), data in pmtiles.reader.all_tiles(reader.get_bytes):
            assert mine.tile(z, x, y) == data
            count += 1
    assert count == header["addressed_tiles_count"] > 50


def test_tiles_that_are_not_there(plan):
    pyramid = Pyramid(plan)
    assert pyramid.tile(14, 0, 0) is None
    assert pyramid.tile(7, 100, 50) is None
    assert pyramid.tile(15, 2**15, 0) is None
    assert pyramid.tile(15, -1, 0) is None
    assert pyramid.tile(16, *tile_at(LON, LAT, 16)[1:]) is None
    pyramid.close()


def test_directories_in_leaves(tmp_path):
    """Enough tiles, far apart, that the root directory does not hold them all."""
    rng = np.random.default_rng(1)
    points = [(Point(*at), {"n": i}) for i, at in enumerate(rng.uniform((-170, -80), (170, 80), (16000, 2)))]
    path = tmp_path / "wide.pmtiles"
    write_pyramid(path, {"place": layer_of(points)}, zooms=range(12, 13), rules={})
    pyramid = Pyramid(path)
    assert pyramid.header["leaf_directory_length"] > 0
    for point, said in points[::37]:
        data = mapbox_vector_tile.decode(gzip.decompress(pyramid.tile(*tile_at(point.x, point.y, 12))))
        assert said["n"] in {feature["properties"]["n"] for feature in data["place"]["features"]}


def test_threads_share_a_reader(plan):
    pyramid, wrong = Pyramid(plan), []
    tiles = [tile_at(LON + i / 1000, LAT + i / 1000, 15) for i in range(30)]
    right = [Pyramid(plan).tile(*tile) for tile in tiles]

    def read():
        for _ in range(20):
            wrong.extend(tile for tile, data in zip(tiles, right, strict=True) if pyramid.tile(*tile) != data)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_crowded_tile_is_kept_small(tmp_path, monkeypatch):
    monkeypatch.setattr(pyramids, "MOST_BYTES", 6_000)
    rng = np.random.default_rng(3)
    west, south, east, north = tile_at(LON, LAT, 14).bounds()
    at = rng.uniform((west, south), (east, north), (3000, 2))
    sizes = rng.uniform(5e-5, 1e-3, 3000)
    homes = layer_of((box(x, y, x + s, y + s), {"kind": "home"}) for (x, y), s in zip(at, sizes, strict=True))
    path = tmp_path / "crowded.pmtiles"
    write_pyramid(path, {"building": homes, "place": layer_of([(Point(LON, LAT), {"rank": 1})])}, zooms=range(14, 15))
    pyramid = Pyramid(path)
    data = pyramid.tile(*tile_at(LON, LAT, 14))
    assert len(data) <= 6_000
    found = mapbox_vector_tile.decode(gzip.decompress(data))
    assert len(found["place"]["features"]) == 1
    assert 20 < len(found["building"]["features"]) < 3000


def test_progress_is_told(tmp_path):
    told = []
    count = write_pyramid(tmp_path / "t.pmtiles", town(), zooms=range(14, 16), progress=lambda *how: told.append(how))
    assert {step for step, _, _ in told} == {"z14", "z15"}
    assert all(done <= total for _, done, total in told)
    assert len(told) >= count


def test_a_layer_without_a_rule_is_drawn_plainly(tmp_path):
    path = tmp_path / "plain.pmtiles"
    write_pyramid(
        path, {"bench": layer_of([(box(LON, LAT, LON + 0.01, LAT + 0.01), {"kind": "?"})])}, zooms=range(9, 11)
    )
    assert set(layers(Pyramid(path), 9)) == {"bench"}


def test_another_table_of_rules(tmp_path):
    path = tmp_path / "late.pmtiles"
    write_pyramid(path, {"relief": town()["relief"]}, zooms=range(10, 13), rules={"relief": Rule(12)})
    pyramid = Pyramid(path)
    assert pyramid.tile(*tile_at(LON, LAT, 11)) is None
    assert pyramid.tile(*tile_at(LON, LAT, 12)) is not None


def test_nothing_to_draw(tmp_path):
    with pytest.raises(NothingToDraw):
        write_pyramid(tmp_path / "empty.pmtiles", {})
    with pytest.raises(NothingToDraw):
        write_pyramid(tmp_path / "empty.pmtiles", {"place": layer_of([])})
    assert list(tmp_path.iterdir()) == []


def test_a_failed_writing_leaves_the_old_plan(plan, tmp_path):
    path = tmp_path / "town.pmtiles"
    path.write_bytes(plan.read_bytes())

    def full(step, done, total):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_pyramid(path, town(), progress=full)
    assert path.read_bytes() == plan.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"PMTiles", b"PMTiles\x03" + bytes(200), b"not one at all" * 100])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.pmtiles"
    path.write_bytes(content)
    with pytest.raises(NotAPyramid):
        Pyramid(path)


def test_a_pyramid_of_pictures_is_refused(plan, tmp_path):
    data = bytearray(plan.read_bytes())
    data[99] = 2  # the tile type of the header: PNG
    path = tmp_path / "pictures.pmtiles"
    path.write_bytes(data)
    with pytest.raises(NotAPyramid):
        Pyramid(path)


def test_shapes_keep_their_place(plan):
    """A building of the highest zoom, read back into degrees, stands where it was drawn, to half a metre."""
    tile = tile_at(LON + 0.015, LAT + 0.015, 15)
    west, south, east, north = tile.bounds()
    data = mapbox_vector_tile.decode(gzip.decompress(Pyramid(plan).tile(*tile)), default_options={"y_coord_down": True})
    drawn = {said["number"]: shape for shape, said in zip(*town()["building"], strict=True)}
    for feature in data["building"]["features"]:
        ring = np.array(feature["geometry"]["coordinates"][0]) / 4096
        found = shapely.Polygon(
            np.column_stack([west + ring[:, 0] * (east - west), north - ring[:, 1] * (north - south)])
        )
        part = drawn[feature["properties"]["number"]].intersection(box(west, south, east, north).buffer(2e-4))
        assert shapely.hausdorff_distance(found.intersection(part.buffer(1e-4)), found) < 1e-5
        assert found.symmetric_difference(drawn[feature["properties"]["number"]]).area < 0.1 * part.area or not box(
            west, south, east, north
        ).contains(part)
