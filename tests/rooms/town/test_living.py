"""The town has weeks behind it: its own matters went through the loop, and the night's wait to be judged."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from linli.access import bureaus
from linli.access.models import Post
from linli.areas import keeping as areas
from linli.areas.models import Area
from linli.cases import chores, intake, stages
from linli.cases.models import Case, Photo, Raiser, Step
from linli.ground.hands import Program
from linli.journal import sealing, verifying
from linli.journal.models import Delivery, Entry
from linli.notices.models import Notice
from linli.registers.models import Dwelling
from linli.town.replaying import inventing, living

pytestmark = pytest.mark.django_db
BY = Program("test")
TOWN, COMMUNITY = "500199001", "500199001001"
GRIDS = [f"{COMMUNITY}00{n}" for n in (1, 2, 3)]
NOW = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # half past eight, on a Tuesday
FEWER = {"days": 5, "a_day": 3}


@pytest.fixture
def town(db, settings, monkeypatch, tmp_path):
    """Three grids, with doors in each; fewer days and matters than the demo has."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    told = {**inventing.told(), **FEWER}
    monkeypatch.setattr(inventing, "told", lambda: told)
    Area.objects.bulk_create(areas.made(code, code) for code in ["50", "500199", TOWN, COMMUNITY, *GRIDS])
    Dwelling.objects.bulk_create(
        Dwelling(
            ref=f"W{n}", address=f"滨江路{n}号1单元101", address_key=f"滨江路{n}-1-101", area_code=GRIDS[n % 3],
            lon=106.5 + n / 1e4, lat=29.5, true_on="2026-11-01",
        )
        for n in range(12)
    )  # fmt: skip
    bureaus.add("城市管理局", area="500199", by=BY, at=NOW - timedelta(days=90))


def test_its_matters_went_through_the_loop_and_those_of_the_night_wait(town):
    raised = living.live(1, now=NOW)
    night = inventing.night(NOW)
    assert raised == Case.objects.count() > 3 * FEWER["days"] / 2
    assert Case.objects.filter(stage__in=[stages.Stage.CLOSED, stages.Stage.RATED]).count() > raised / 3
    late = Case.objects.filter(raised_at__gte=night)
    assert {each.stage for each in late} == {"reported"} and late.count() >= 3 + len(inventing.told()["bursts"])
    assert not Step.objects.filter(at__gte=NOW).exists()
    assert not Step.objects.filter(at__gte=night, move__in=["accept", "triage", "dispatch", "assign"]).exists()


def test_every_case_is_whole(town):
    living.live(1, now=NOW)
    steps = list(Step.objects.order_by("case", "number").values_list("case", "number", "at"))
    pairs = [(before, after) for before, after in itertools.pairwise(steps) if before[0] == after[0]]
    assert pairs and all(one[1] + 1 == two[1] and one[2] <= two[2] for one, two in pairs)
    for case in Case.objects.filter(stage__in=["closed", "rated"]):
        handled = set(case.steps.filter(move="resolve").values_list("by", flat=True))
        assert not handled & set(case.steps.filter(move="verify").values_list("by", flat=True))
        assert case.line is not None
        assert Photo.objects.filter(case=case).exists() or not case.line.photo
    sealing.seal_all(at=NOW)
    assert verifying.verify().whole


def test_nobody_in_it_is_anybody(town):
    living.live(1, now=NOW)
    assert Raiser.objects.exists()
    assert {each.phone[:3] for each in Raiser.objects.all()} == {"160"}, "a network that does not exist"
    assert {each.place for each in Case.objects.all()} <= {f"滨江路{n}号" for n in range(12)}, "no door to a flat"


def test_what_is_past_is_told_and_read(town):
    living.live(1, now=NOW)
    assert not Delivery.objects.filter(done_at=None).exists()
    unread = Notice.objects.filter(read_at=None)
    assert Notice.objects.exclude(read_at=None).count() > unread.count()
    while chores.sweep(at=NOW):
        pass
    told = Entry.objects.filter(verb__in=["case.reminded", "case.overdue"]).values_list("thing", flat=True)
    assert set(told) <= set(Case.objects.filter(stage__in=stages.OPEN).values_list("ref", flat=True))


def test_again_it_changes_nothing_and_without_a_door_nothing_happens(town):
    first = living.live(1, now=NOW)
    entries = Entry.objects.count()
    assert first and living.live(1, now=NOW + timedelta(days=1)) == 0
    assert Entry.objects.count() == entries


def test_whoever_was_cut_off_goes_on_and_nothing_is_raised_twice(town):
    class Killed(BaseException):
        pass

    def tell(_what, done, _count):
        if done == 5:
            raise Killed

    with pytest.raises(Killed):
        living.live(1, now=NOW, tell=tell)
    assert Case.objects.count() == 5 and not living.happened()
    rest = living.live(1, now=NOW + timedelta(hours=9))
    planned = inventing.matters(1, TOWN, NOW)
    assert rest == len(planned) - 5 and living.happened()
    assert sorted(Case.objects.values_list("raised_at", flat=True)) == sorted(each.opened for each in planned)
    assert Post.objects.filter(title="核查员").count() == 1


def test_where_other_cases_were_raised_nothing_changes(town):
    report = intake.Report(summary="路灯不亮", area=GRIDS[0])
    intake.raise_case(report, by=BY, at=NOW)
    assert living.happened() and living.live(1, now=NOW) == 0
    assert Case.objects.count() == 1


def test_where_nobody_lives_nothing_is_raised(town):
    Dwelling.objects.all().delete()
    assert living.live(1, now=NOW) == 0
    assert not Case.objects.exists() and not Entry.objects.filter(verb="routing.imported").exists()


def test_the_same_seed_gives_the_same_matters(town):
    assert inventing.matters(1, TOWN, NOW) == inventing.matters(1, TOWN, NOW) != inventing.matters(2, TOWN, NOW)
