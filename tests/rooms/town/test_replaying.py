"""A handful of matters goes through the whole loop, and the findings say what the database says."""

import itertools
import json

import pytest

from linli.cases.models import Case, Step
from linli.journal import verifying
from linli.journal.models import Delivery, Entry
from linli.town.replaying import mapping, matters, playing

HEAD = "open_dt,target_dt,closed_dt,type,queue,case_title,location,source,longitude,latitude\n"
KINDS = [("Lamp", "Lamps"), ("Hole", "Roads"), ("Tree", "Parks")]


@pytest.fixture
def table(tmp_path):
    rows = []
    for day, (kind, desk), n in itertools.product(range(11, 15), KINDS, range(4)):
        opened = f"2011-07-{day} {8 + 3 * n:02}:{n * 7:02}:00"
        promised = "" if n == 3 else f"2011-07-{day + n} 23:00:00"
        rows.append(f"{opened},{promised},2011-07-{day + 1} 10:00:00,{kind},{desk},,{n} A St,App,-71.1,42.3{n}\n")
    path = tmp_path / "cases.csv"
    path.write_text(HEAD + "".join(rows), "utf-8")
    return path


@pytest.fixture
def played(db, settings, table, tmp_path):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    city = mapping.fitting(matters.columns(table))
    return playing.play(playing.set_up(table, city))


def test_every_matter_goes_the_whole_way_once_and_the_journal_is_whole(played):
    assert played.raised == played.ended == Case.objects.count() == 48
    assert set(Case.objects.values_list("stage", flat=True)) == {"closed"}
    steps = list(Step.objects.order_by("case", "number").values_list("case", "at"))
    assert all(before <= after for (one, before), (other, after) in itertools.pairwise(steps) if one == other)
    assert played.moves == len(steps) - played.raised
    assert Entry.objects.filter(verb="case.raise").count() == 48
    assert not Delivery.objects.filter(done_at=None).exists()
    whole = verifying.verify()
    assert whole.whole and not whole.unsealed


def test_the_findings_say_what_the_database_says(played):
    late = [case for case in Case.objects.all() if case.resolved_at > case.due_at]
    assert played.on_time == 48 - len(late)
    assert sum(played.why_late.values()) == len(late)
    assert {desk.desk for desk in played.desks} == {desk for _kind, desk in KINDS}
    assert played.city_timed == 36 and played.city_on_time <= 36
    assert json.loads(json.dumps(played.told, default=str))["raised"] == 48


def test_the_promise_of_the_file_is_the_deadline_and_else_the_rule_of_the_map(played):
    due = {case.source_ref: case for case in Case.objects.all()}
    assert due["1"].due_why == "promised" and f"{due['1'].due_at:%d %H:%M}" == "12 03:00"
    # The fourth row promises nothing: ten working days behind the eleventh end on the twenty-fifth.
    assert f"{due['4'].due_at:%d %H:%M}" == "25 21:00"
