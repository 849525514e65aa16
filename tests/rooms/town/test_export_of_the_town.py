"""The same seed gives the same files, byte for byte, in any process."""

import csv
import hashlib
import json
import os
import subprocess
import sys

from linli.town.drawing import LAYERS, draw, export

ONE = "import sys, pathlib; from linli.town.drawing import draw, export; export(draw(1), pathlib.Path(sys.argv[1]))"


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes_in_two_processes(tmp_path, drawing):
    export(drawing, tmp_path / "here")
    for hash_seed in ("0", "77"):
        folder = tmp_path / hash_seed
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", ONE, str(folder)], check=True, env=environment)
        assert digests(folder) == digests(tmp_path / "here")


def test_another_seed_gives_another_town(tmp_path, drawing):
    export(drawing, tmp_path / "one")
    export(draw(2), tmp_path / "two")
    one, two = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert one.keys() == two.keys()
    assert all(one[name] != two[name] for name in one if name != "divisions.csv")


def test_files_are_geojson_of_seven_decimals_with_every_feature(tmp_path, drawing):
    paths = export(drawing, tmp_path)
    assert [p.name for p in paths] == [*(f"{layer}.geojson" for layer in LAYERS), "areas.geojson", "divisions.csv"]
    for layer in LAYERS:
        collection = json.loads((tmp_path / f"{layer}.geojson").read_text("utf-8"))
        assert len(collection["features"]) == len(drawing.layers[layer])
    spot = json.loads((tmp_path / "place.geojson").read_text("utf-8"))["features"][0]["geometry"]["coordinates"]
    assert all(value == round(value, 7) for value in spot)


def test_the_division_table_names_every_community_with_its_township_and_district(tmp_path, drawing):
    export(drawing, tmp_path)
    with (tmp_path / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == drawing.counts["community"]
    assert {row["street"] for row in rows} == {"香樟街道"}
    assert all(row["community_code"].startswith(row["street_code"]) for row in rows)
