"""What was merged into a case does not end with it, unless it was handled: nothing that others raised is lost."""

import pytest

from linli.cases import closing, merging, queries, triage, voiding
from linli.cases.intake import RaisedBy
from linli.cases.models import Case, Step
from linli.cases.stages import Stage
from linli.journal import delivering
from linli.journal.models import Entry
from linli.notices.models import Notice


@pytest.fixture
def merged(case_at, town, at):
    """A case brought to a stage and merged into another: its raiser is the resident."""

    def into(kept: Case, stage: str) -> Case:
        one = case_at(stage)
        one.subscriptions.update(account=town.hu.ref)
        return merging.merge(one, into=kept, reason="同一件", by=town.he, at=at)

    return into


def told(name: str, at) -> set[str]:
    while delivering.deliver(at=at):
        pass
    return set(Notice.objects.filter(account__name=name).values_list("words", flat=True))


def voided(case, town, at):
    case = voiding.ask(case, reason="测试件", by=town.he, at=at)
    return voiding.void(case, by=town.he2, at=at)


@pytest.mark.parametrize("stage", ["reported", "triaged", "in-progress"])
def test_what_was_merged_into_a_void_case_stands_where_it_stood(merged, case_at, town, at, stage):
    kept = case_at("reported")
    one = merged(kept, stage)
    kept = voided(kept, town, at)
    one.refresh_from_db()
    assert (kept.stage, one.stage, one.merged_into) == (Stage.VOIDED, stage, None)
    assert one in queries.queue(town.he, at=at)
    last = Step.objects.filter(case=one).order_by("-number")[0]
    assert (last.move, last.reason, last.by, last.said["from"]) == ("part", "测试件", "worker", kept.ref)
    assert Entry.objects.filter(thing=one.ref, verb="case.part").count() == 1
    assert "The case %(thing)s is handled by itself again." in told("胡民", at)
    assert "The case %(thing)s is void." not in told("胡民", at)


def test_declined_with_it_is_what_nobody_had_accepted_and_each_is_appealed_by_itself(merged, case_at, town, at):
    kept = case_at("reported")
    waiting, accepted = merged(kept, "reported"), merged(kept, "accepted")
    kept = triage.decline(kept, reason="不属实", by=town.he, at=at)
    stages = dict(Case.objects.values_list("pk", "stage"))
    assert [stages[each.pk] for each in (kept, waiting, accepted)] == ["declined", "declined", "accepted"]
    assert told("胡民", at) >= {"The case %(thing)s was declined.", "The case %(thing)s is handled by itself again."}
    waiting.refresh_from_db()
    assert triage.appeal(waiting, reason="请到现场看", by=town.zhou, at=at).stage == Stage.REPORTED
    kept.refresh_from_db()
    assert (kept.stage, kept.appealed) == ("declined", 0)


def test_only_what_was_merged_into_it_directly_is_let_go(merged, case_at, town, at):
    kept, between = case_at("reported"), case_at("reported")
    last = merged(between, "reported")
    merging.merge(between, into=kept, reason="-", by=town.he, at=at)
    voided(kept, town, at)
    assert queries.merged_with(between) == [last]
    assert Case.objects.get(pk=between.pk).stage == "reported"


def test_what_was_handled_as_another_ends_with_it(merged, case_at, town, at):
    kept = case_at("resolved")
    one = merged(kept, "reported")
    closing.verify(kept, by=town.he, at=at)
    one.refresh_from_db()
    assert (one.stage, one.merged_into) == ("merged", kept)
    assert "The case %(thing)s was closed." in told("胡民", at)


def test_a_void_case_leaves_nothing_merged_into_it(merged, case_at, town, at):
    kept = case_at("reported")
    merged(kept, "reported")
    voided(kept, town, at)
    ended = Case.objects.filter(stage__in=[Stage.VOIDED, Stage.DECLINED])
    assert not Case.objects.filter(merged_into__in=ended).exists()


def test_who_raised_what_was_merged_is_called_back_too(case_at, town, at):
    silent = case_at("resolved", raiser=None)
    one = case_at("reported", raiser=RaisedBy(name="王二", phone="13900000000"))
    merging.merge(one, into=silent, reason="同一件", by=town.he, at=at)
    unheard = closing.verify(case_at("resolved", raiser=None), by=town.he, at=at)
    silent = closing.verify(silent, by=town.he, at=at)
    assert silent in queries.to_call(town.he, at=at) and unheard not in queries.to_call(town.he, at=at)
