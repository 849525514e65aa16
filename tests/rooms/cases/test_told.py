"""Who is told of a case, when, and that it is exactly once."""

from datetime import timedelta

from django.db.models import Count

from linli.access.models import Post, Watch
from linli.cases import chores, handling, intake, merging, triage
from linli.cases.models import Case, Urgency
from linli.journal import delivering
from linli.journal.models import Entry
from linli.notices.models import Notice
from tests.rooms.cases.conftest import TOWN


def told(at) -> dict[str, set[str]]:
    """Everyone's inbox after delivery: account name to what they were told."""
    while delivering.deliver(at=at):
        pass
    found: dict[str, set[str]] = {}
    for notice in Notice.objects.select_related("account"):
        found.setdefault(notice.account.name, set()).add(notice.words)
    assert not Notice.objects.values("account", "entry", "words").annotate(n=Count("id")).filter(n__gt=1)
    return found


def overdue(at) -> set[str]:
    """Who has been told by now that a case is overdue."""
    return {name for name, words in told(at).items() if any("overdue" in each for each in words)}


def test_reminded_at_half_time_then_up_one_level_each_working_day(case_at, at):
    case = case_at("in-progress", category="road")
    half = case.look_at
    assert at < half < case.due_at
    assert chores.sweep(at=half - timedelta(seconds=1)) == 0
    assert chores.sweep(at=half) == 1 and chores.sweep(at=half) == 0
    assert "Half the time of the case %(thing)s is used." in told(half)["岗成"]
    due = case.due_at
    assert chores.sweep(at=due - timedelta(seconds=1)) == 0
    assert chores.sweep(at=due) == 1
    assert overdue(due) == {"岗成", "书记", "周社"} - {"周社"}
    case.refresh_from_db()
    local = case.look_at.astimezone()
    assert case.look_at > due and local.weekday() < 5
    second = case.look_at
    assert chores.sweep(at=second) == 1
    assert overdue(second) == {"岗成", "书记", "何街", "何二", "指挥"}
    case.refresh_from_db()
    third = case.look_at
    assert chores.sweep(at=third) == 1
    assert "督区" in overdue(third)
    case.refresh_from_db()
    assert case.look_at is None
    assert Entry.objects.filter(verb="case.overdue", thing=case.ref).count() == 3


def test_urgent_ones_go_to_the_command_centre_and_the_one_on_duty(town, report, at):
    post = Post.objects.get(ref=town.zhou.post)
    post = Post.objects.create(account=post.account, role="post-holder", area_code=TOWN, since=post.since)
    Watch.objects.create(area_code=TOWN, post=post, begins_at=at - timedelta(hours=1), ends_at=at + timedelta(hours=9))
    intake.raise_case(report(urgency=Urgency.EMERGENCY), by=town.li, at=at)
    found = told(at)
    assert {name for name, words in found.items() if any("urgent" in each for each in words)} == {
        "何街", "何二", "指挥", "周社",
    }  # fmt: skip
    assert Notice.objects.filter(urgent=True).count() == 4


def test_a_case_told_of_twice_at_once_is_told_of_once(case_at, at):
    case = case_at("in-progress")
    keys = [case.pk]
    chores._some(keys, case.look_at)
    chores._some(keys, case.look_at)
    assert Entry.objects.filter(verb="case.reminded").count() == 1


def test_a_clock_whose_pause_is_used_up_runs_again(case_at, town, at):
    case = handling.suspend(case_at("in-progress"), reason="等配件", by=town.gang, at=at)
    until = case.stands_until
    assert chores.sweep(at=until - timedelta(seconds=1)) == 0
    chores.sweep(at=until)
    case.refresh_from_db()
    assert (case.stage, case.stands_since) == ("in-progress", None)
    assert case.look_at > until


def test_raisers_of_merged_cases_hear_how_it_ends(case_at, town, at):
    kept, one = case_at("reported"), case_at("reported")
    one.subscriptions.update(account=town.hu.ref)
    merging.merge(one, into=kept, reason="同一件", by=town.he, at=at)
    told(at)
    Notice.objects.all().delete()
    triage.decline(kept, reason="不属实", by=town.he2, at=at)
    assert "The case %(thing)s was declined." in told(at)["胡民"]


def test_looking_for_what_is_due_reads_an_index(case_at, at, django_assert_num_queries):
    case_at("in-progress")
    with django_assert_num_queries(1):
        assert chores.sweep(at=at) == 0
    plan = Case.objects.filter(look_at__lte=at).order_by("look_at").values_list("pk").explain()
    assert "case_look" in plan or "Index" in plan or "Seq" in plan
