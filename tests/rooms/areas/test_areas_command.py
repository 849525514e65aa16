"""`linli areas …`: what a clerk types, and what is said."""

from argparse import Namespace
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from linli.areas import queries
from linli.areas.management.commands import areas
from linli.areas.models import Area, Redrawing
from tests.rooms.areas.conftest import standing

pytestmark = pytest.mark.django_db
TABLE = "code,name\n500198,云溪区\n500198001,香樟街道\n500198002,石桥镇\n"
BOWTIE = '{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}'


@pytest.fixture
def linli():
    def run(*words) -> str:
        said = StringIO()
        with translation.override("en"):
            call_command("areas", *map(str, words), stdout=said, stderr=StringIO())
        return said.getvalue()

    return run


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text(TABLE, "utf-8")
    return path


def test_import_shows_then_writes_and_the_second_time_does_nothing(linli, table, tmp_path):
    shapes = tmp_path / "shapes.geojson"
    feature = f'{{"type":"Feature","properties":{{"name":"石桥镇"}},"geometry":{BOWTIE}}}'
    shapes.write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}')
    asked = ("import", "--codes", table, "--boundaries", shapes, "--root", "50:重庆市")
    trial = linli(*asked, "--dry-run")
    assert "4  new areas" in trial and "mended: 500198002" in trial and "1.0, 1.0" in trial
    assert not Area.objects.exists()
    assert "Written: 4 new, 0 renamed, 1 boundaries" in linli(*asked)
    assert "Everything stands already" in linli(*asked)


def test_import_wants_a_file(linli):
    with pytest.raises(CommandError):
        linli("import")
    with pytest.raises(CommandError):
        linli("import", "--codes", "nowhere.csv")


def test_compare_redraw_and_undo(linli, table, tmp_path):
    linli("import", "--codes", table)
    newer = tmp_path / "newer.csv"
    newer.write_text(TABLE.replace("500198002", "500198102"), "utf-8")
    plan = tmp_path / "plan.toml"
    linli("compare", newer, "--to", plan)
    assert "500198002 石桥镇 → 500198102 石桥镇" in linli("redraw", plan, "--dry-run")
    assert "Nothing was written" in linli("redraw", plan)
    assert "500198002" in standing()
    linli("redraw", plan, "--yes")
    assert "500198102" in standing()
    linli("undo", Redrawing.objects.get().ref)
    assert "500198002" in standing()


def test_found_rename_and_search(linli, table):
    linli("import", "--codes", table)
    assert "500198900" in linli("found", "500198/township", "高新区", "--local")
    linli("rename", "500198900", "高新技术区", "--since", "2026-01-01")
    assert queries.area("500198900").name == "高新技术区"
    assert linli("search", "gxjs").startswith("500198900")


def test_a_redrawing_without_a_day_holds_from_the_towns_own_day(linli, table, tmp_path):
    """At eight in the evening in Greenwich it is tomorrow already in Chongqing."""
    linli("import", "--codes", table)
    plan = tmp_path / "plan.toml"
    plan.write_text('[[change]]\nchange = "rename"\ncode = "500198"\nname = "新区"\n', "utf-8")
    asked = Namespace(plan=plan, since=None, dry_run=False, yes=True)
    areas.redraw(areas.Command(stdout=StringIO()), asked, datetime(2026, 11, 23, 20, tzinfo=UTC))
    assert Redrawing.objects.get().effective_on == date(2026, 11, 24)
