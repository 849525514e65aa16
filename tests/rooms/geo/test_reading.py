"""A file is taken whole, or refused with a reason one can act on."""

import json

import pytest
import shapely

from linli.geo import reading, refusals

SQUARE = {"type": "Polygon", "coordinates": [[[106.5, 29.5], [106.6, 29.5], [106.6, 29.6], [106.5, 29.5]]]}


def collection(*geometries, **properties):
    features = [{"type": "Feature", "properties": properties, "geometry": g} for g in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def line(*points):
    return {"type": "LineString", "coordinates": [list(p) for p in points]}


def test_a_good_file(tmp_path):
    path = tmp_path / "areas.geojson"
    path.write_bytes(collection(SQUARE, name="香樟街道"))
    (feature,) = reading.features(path)
    assert feature.number == 1
    assert feature.properties == {"name": "香樟街道"}
    assert feature.geometry.area == pytest.approx(0.005)


def test_a_byte_order_mark_does_no_harm():
    assert len(reading.features(b"\xef\xbb\xbf" + collection(SQUARE))) == 1


def test_a_file_without_properties():
    text = json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": None, "geometry": SQUARE}]}
    )
    assert reading.features(text.encode())[0].properties == {}


def test_gcj02_is_converted():
    (shifted,) = reading.features(collection(SQUARE), crs="gcj02")
    (plain,) = reading.features(collection(SQUARE))
    assert 0.002 < shapely.hausdorff_distance(shifted.geometry, plain.geometry) < 0.01


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"not json", "not JSON"),
        (b"", "not JSON"),
        ("\u4e2d".encode("gbk"), "not UTF-8"),
        (b"[1, 2]", "not a FeatureCollection"),
        (json.dumps(SQUARE).encode(), "not a FeatureCollection"),
        (b'{"type": "FeatureCollection"}', "no list of features"),
        (b'{"type": "FeatureCollection", "features": [1]}', "entry 1 is not a Feature"),
        (
            b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": [1]}]}',
            "properties of feature 1",
        ),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_files_of_another_kind(text, why):
    with pytest.raises(refusals.CannotReadFile) as refused:
        reading.features(text)
    assert why in str(refused.value)


def test_a_file_too_large(tmp_path):
    path = tmp_path / "large.geojson"
    path.write_bytes(b" " * 2_500_000)
    with pytest.raises(refusals.FileTooLarge) as refused:
        reading.features(path, most_mb=1)
    assert "2.5 MB; at most 1 MB" in str(refused.value)


@pytest.mark.parametrize(
    ("points", "refusal"),
    [
        (((29.5, 106.5), (29.6, 106.6)), refusals.LooksSwapped),
        (((106.5, 29.5), (29.6, 106.6)), refusals.LooksSwapped),
        (((36_358_000, 3_267_000), (36_359_000, 3_268_000)), refusals.OutOfRange),
        (((106.5, 29.5), (181, 29.5)), refusals.OutOfRange),
    ],
)
def test_coordinates_off_the_globe(points, refusal):
    with pytest.raises(refusal) as refused:
        reading.features(collection(SQUARE, line(*points)))
    assert refused.value.facts["feature"] == 2


def test_boundaries_are_areas():
    assert len(reading.boundaries(collection(SQUARE))) == 1
    with pytest.raises(refusals.NotABoundary) as refused:
        reading.boundaries(collection(SQUARE, line((106, 29), (107, 29))))
    assert refused.value.facts == {"feature": 2, "found": "LineString"}
