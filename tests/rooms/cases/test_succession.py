"""Whoever leaves, or loses a post, leaves no case in nobody's hand."""

import pytest

from linli.access import appointing, departing, opening, standing_in
from linli.access.actors import actor_for
from linli.access.models import Account, Post
from linli.cases import choosing, dispatching, handling, merging, queries, succession
from linli.cases.models import Assignment, Case, Part
from linli.cases.stages import Move
from linli.journal import delivering
from linli.journal.models import Entry
from linli.notices.models import Notice
from tests.rooms.cases.conftest import BY, COMMUNITY, TOWN, post_of


def account_of(actor) -> Account:
    return Account.objects.get(ref=actor.ref)


@pytest.fixture
def boss(town, at):
    """Someone who gives posts, so that nobody who leaves is the last."""
    made = opening.open_account(sign_in_name="boss", name="管平", password="camphor-tree-by", by=BY, at=at)
    appointing.give(made, appointing.Appointment(role="administrator", area=""), by=BY, at=at)
    return actor_for(made, today=at.date())


def test_who_leaves_hands_the_cases_over_as_they_stand(case_at, town, boss, at):
    case = case_at("in-progress")
    due, stage = case.due_at, case.stage
    assert departing.leave(account_of(town.gang), successor=account_of(town.gang2), by=boss, at=at)["cases"] == 1
    case.refresh_from_db()
    assert (case.stage, case.due_at) == (stage, due)
    assert [each.ref for each in queries.in_hand(town.gang2)] == [case.ref]
    assert not queries.in_hand(town.gang)
    assert Move.RESOLVE in queries.possible(case, town.gang2, at=at)
    assert Entry.objects.get(verb="case.pass-on").said["to"] == town.gang2.post
    last = queries.steps(case)[-1]
    assert (last.move, last.by, last.number) == ("pass-on", boss.ref, case.steps_made)
    while delivering.deliver(at=at):
        pass
    told = Notice.objects.filter(account__ref=town.gang2.ref).values_list("words", flat=True)
    assert "The case %(thing)s of a colleague who left is yours now." in told


def test_nobody_named_or_nobody_who_could_changes_nothing(case_at, town, boss, at):
    case = case_at("signed")
    for successor, refusal in ((None, departing.SuccessorNeeded), (town.wai, succession.CannotTakeOver)):
        with pytest.raises(refusal):
            departing.leave(account_of(town.gang), successor=successor and account_of(successor), by=boss, at=at)
    assert account_of(town.gang).is_active
    assert [each.ref for each in queries.in_hand(town.gang)] == [case.ref]
    assert not Entry.objects.filter(verb="case.pass-on").exists()


def test_a_post_that_ends_hands_over_what_is_in_its_hand_alone(case_at, town, boss, at):
    case_at("signed")
    post = Post.objects.get(ref=town.gang.post)
    with pytest.raises(departing.SuccessorNeeded):
        departing.end(post, successor=None, by=boss, at=at)
    departing.end(post, successor=account_of(town.gang2), by=boss, at=at)
    post.refresh_from_db()
    assert post.until == at.date() and account_of(town.gang).is_active
    assert queries.in_hand(town.gang2).count() == 1


def test_the_lead_of_a_closed_case_stays_who_it_was(case_at, town, boss, at):
    case = case_at("closed")
    departing.leave(account_of(town.gang), successor=None, by=boss, at=at)
    assert Assignment.objects.get(case=case, part=Part.LEAD).post.ref == town.gang.post


def test_a_successor_who_helps_already_leads_then_and_helps_no_more(case_at, town, boss, at):
    case = dispatching.add_helper(case_at("signed"), to=post_of(town.gang2), reason="一起看", by=town.he, at=at)
    departing.leave(account_of(town.gang), successor=account_of(town.gang2), by=boss, at=at)
    held = Assignment.objects.filter(case=case, ended_at=None)
    assert [(each.part, each.post.ref) for each in held] == [(Part.LEAD, town.gang2.post)]


def test_a_helper_who_leaves_takes_no_lead_from_the_successor(case_at, town, boss, at):
    case = dispatching.add_helper(case_at("signed"), to=post_of(town.gang2), reason="一起看", by=town.he, at=at)
    departing.leave(account_of(town.gang2), successor=account_of(town.gang), by=boss, at=at)
    held = Assignment.objects.filter(case=case, ended_at=None)
    assert [(each.part, each.post.ref) for each in held] == [(Part.LEAD, town.gang.post)]


def test_many_cases_each_by_a_post_that_covers_it(report, case_at, town, boss, at):
    """The successor holds two posts: what lies in the community goes to the nearer one."""
    nearer = appointing.give(
        account_of(town.gang2), appointing.Appointment(role="post-holder", area=COMMUNITY), by=BY, at=at
    )
    far = case_at("signed", area=TOWN)
    near = case_at("signed")
    departing.leave(account_of(town.gang), successor=account_of(town.gang2), by=boss, at=at)
    taken = {each.case.ref: each.post.ref for each in Assignment.objects.filter(part=Part.LEAD, ended_at=None)}
    assert taken == {near.ref: nearer.ref, far.ref: town.gang2.post}
    assert handling.start(Case.objects.get(pk=far.pk), by=town.gang2, at=at).stage == "in-progress"


def test_a_stand_in_is_not_chosen_for_a_case_since_they_have_it_with_the_post(case_at, town, at):
    days = {"since": at.date(), "until": at.date().replace(day=30)}
    post = Post.objects.get(ref=town.gang.post)
    held = standing_in.take_leave(post, stand_in=account_of(town.gang2), **days, by=town.gang, at=at).stand_in
    keys = [choice.key for choice in choosing.choices(case_at("triaged"), at=at)]
    assert f"post:{town.gang.post}" in keys and f"post:{held.ref}" not in keys


def test_what_was_merged_goes_with_the_post_and_is_in_the_successors_hand_when_it_is_parted(case_at, town, boss, at):
    kept, one = case_at("reported"), case_at("in-progress")
    one = merging.merge(one, into=kept, reason="-", by=town.he, at=at)
    departing.leave(account_of(town.gang), successor=account_of(town.gang2), by=boss, at=at)
    one.refresh_from_db()
    one = merging.part(one, reason="-", by=town.he, at=at)
    assert list(queries.in_hand(town.gang2)) == [one]
