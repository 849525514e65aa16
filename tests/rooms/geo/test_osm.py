"""An extract written by hand comes out as the layers of a plan."""

import bz2
import gzip

import osmium
import pytest

from linli.geo.osm import AREAS, LAYERS, LINES, PLACES, RANKS, read_extract
from linli.geo.refusals import CannotReadExtract

NODES = {
    1: (0, 0), 2: (10, 0), 3: (10, 10), 4: (0, 10),
    5: (3, 3), 6: (6, 3), 7: (6, 6), 8: (3, 6),
    9: (20, 5), 10: (30, 5),
}  # fmt: skip
WAYS = {
    100: ([1, 2, 3, 4, 1], {"building": "apartments", "addr:housenumber": "3", "building:levels": "18.5"}),
    101: ([1, 9, 10], {"highway": "residential", "name": "香樟路", "bridge": "yes", "width": "7 m"}),
    102: ([9, 10], {"waterway": "stream"}),
    103: ([1, 2, 3, 4, 1], {}),
    104: ([5, 6, 7, 8, 5], {}),
    105: ([1, 999], {"highway": "primary"}),
    106: ([5, 6, 7, 8, 5], {"amenity": "school", "name": "香樟小学"}),
    107: ([9, 10], {"power": "line"}),
    108: ([5, 6, 7, 8, 5], {"highway": "pedestrian", "area": "yes"}),
    109: ([9, 10], {"railway": "rail"}),
    110: ([1, 2, 3, 4, 1], {"building": "no"}),
}


def tags(found):
    return "".join(f'<tag k="{k}" v="{v}"/>' for k, v in found.items())


def extract():
    nodes = "".join(
        f'<node id="{i}" version="1" lon="{106.5 + x / 10000:.7f}" lat="{29.5 + y / 10000:.7f}"/>'
        for i, (x, y) in NODES.items()
    )
    named = (
        '<node id="50" version="1" lon="106.51" lat="29.51">' + tags({"shop": "bakery", "name": "面包店"}) + "</node>"
    )
    nameless = '<node id="51" version="1" lon="106.51" lat="29.51">' + tags({"shop": "bakery"}) + "</node>"
    ways = "".join(
        f'<way id="{i}" version="1">' + "".join(f'<nd ref="{n}"/>' for n in refs) + tags(said) + "</way>"
        for i, (refs, said) in WAYS.items()
    )
    relation = (
        '<relation id="900" version="1"><member type="way" ref="103" role="outer"/>'
        '<member type="way" ref="104" role="inner"/>'
        + tags({"type": "multipolygon", "leisure": "park", "name": "香樟公园"})
        + "</relation>"
    )
    return f'<?xml version="1.0"?><osm version="0.6">{nodes}{named}{nameless}{ways}{relation}</osm>'.encode()


@pytest.fixture(scope="module", params=["osm", "osm.bz2", "osm.gz", "osm.pbf"])
def layers(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("osm")
    plain, path = folder / "plain.osm", folder / f"town.{request.param}"
    plain.write_bytes(extract())
    if request.param == "osm.pbf":
        with osmium.SimpleWriter(str(path)) as writer:
            for thing in osmium.FileProcessor(str(plain)):
                writer.add(thing)
    else:
        pack = {"osm": bytes, "osm.bz2": bz2.compress, "osm.gz": gzip.compress}[request.param]
        path.write_bytes(pack(extract()))
    return read_extract(path)


def test_buildings(layers):
    (home,) = layers["building"].geometries
    assert home.area == pytest.approx(1e-6)
    assert layers["building"].properties == [{"kind": "home", "number": "3", "floors": 18}]


def test_streets_and_rails_without_the_one_that_misses_a_node(layers):
    assert layers["street"].properties == [
        {"kind": "local", "name": "香樟路", "bridge": 1, "width": 7},
        {"kind": "rail", "bridge": 0, "width": 6},
    ]
    assert layers["street"].geometries[0].geom_type == "LineString"


def test_a_park_with_a_hole(layers):
    (park,) = layers["green"].geometries
    assert park.area == pytest.approx(1e-6 - 0.09e-6)
    assert layers["green"].properties == [{"kind": "park", "name": "香樟公园"}]


def test_places_have_names(layers):
    said = {place["name"]: (place["kind"], place["rank"]) for place in layers["place"].properties}
    assert said == {"面包店": ("shop", 5), "香樟小学": ("school", 3), "香樟公园": ("park", 2)}
    assert {point.geom_type for point in layers["place"].geometries} == {"Point"}


def test_water(layers):
    assert layers["water"].properties == [{"kind": "stream"}]


def test_nothing_else(layers):
    assert set(layers) == {"building", "street", "green", "place", "water"}


def test_the_tables_name_layers_and_kinds_of_the_plan():
    kinds = {
        "water": {"river", "lake", "pond", "stream"},
        "green": {"park", "wood", "field", "square", "cemetery"},
        "compound": {"home"},
        "street": {"trunk", "main", "local", "lane", "path", "rail"},
        "building": {"home", "shop", "office", "school", "clinic", "hall", "market", "factory", "station", "shed"},
        "place": {"school", "clinic", "park", "market", "hall", "station", "canteen", "square", "shop", "hill"},
    }
    for _, _, (layer, kind) in (*AREAS, *LINES, *PLACES):
        assert layer in LAYERS
        assert kind in kinds[layer]
    assert set(RANKS) < kinds["place"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("town.osm", b"no xml at all"),
        ("town.osm", extract()[:-200]),
        ("town.osm.bz2", b"not packed"),
        ("town.osm.pbf", b"\x00\x00\x00\x0dnonsense, nonsense"),
        ("town.txt", extract()),
        ("town.osm", None),
    ],
)
def test_other_files_are_refused(tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CannotReadExtract):
        read_extract(path)


def test_a_long_extract_tells_how_far_it_is(tmp_path):
    nodes = "".join(
        f'<node id="{i}" version="1" lon="106.5" lat="29.5"><tag k="shop" v="yes"/></node>' for i in range(1, 20_002)
    )
    path = tmp_path / "long.osm"
    path.write_text(f'<osm version="0.6">{nodes}</osm>')
    told = []
    assert read_extract(path, progress=lambda *how: told.append(how)) == {}
    assert told == [("osm", 10_000, 0), ("osm", 20_000, 0)]
