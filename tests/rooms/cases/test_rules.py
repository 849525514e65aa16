"""The rules of the loop: who may not do what, and what is refused with which words."""

from datetime import timedelta

import pytest

from linli.cases import (
    closing,
    dispatching,
    handling,
    holding,
    intake,
    lifecycle,
    merging,
    pressing,
    queries,
    routing,
    showing,
    terms,
    triage,
    voiding,
)
from linli.cases.holding import Target
from linli.cases.models import Assignment, Case, Line, Source, Step, Urgency
from linli.cases.stages import Move, Stage
from linli.cases.triage import Judgement
from linli.ground.refusals import NotFound, NotPermitted, OutsideScope
from linli.journal.models import Entry
from tests.rooms.cases.conftest import COMMUNITY, GRID, TOWN, post_of


def test_the_second_of_two_dispatchers_is_told_who_was_first(case_at, town, at):
    case = case_at("triaged")
    seen = Case.objects.get(pk=case.pk)
    dispatching.give(case, to=post_of(town.gang), by=town.he, at=at)
    with pytest.raises(lifecycle.MovedMeanwhile) as told:
        dispatching.give(seen, to=post_of(town.gang2), by=town.he2, at=at)
    assert told.value.facts["who"] == "何街"
    assert told.value.facts["move"] == Move.DISPATCH.label
    assert Assignment.objects.filter(case=case).count() == 1


def test_what_was_seen_before_it_moved_cannot_be_judged_twice(case_at, town, at):
    case = case_at("accepted")
    seen = Case.objects.get(pk=case.pk)
    triage.judge(case, Judgement(category="light"), by=town.he, at=at)
    with pytest.raises(lifecycle.MovedMeanwhile):
        triage.judge(seen, Judgement(category="road"), by=town.he2, at=at)


def test_a_note_does_not_mind_that_the_case_moved(case_at, town, at):
    case = case_at("triaged")
    seen = Case.objects.get(pk=case.pk)
    dispatching.give(case, to=post_of(town.gang), by=town.he, at=at)
    assert handling.note(seen, words="邻居也打来电话", by=town.he2, at=at).stage == Stage.DISPATCHED


def test_nobody_verifies_what_they_handled(case_at, town, at, report, photo):
    case = case_at("triaged", category="light")
    case = dispatching.give(case, to=Target(area=COMMUNITY), by=town.he, at=at)
    case = handling.sign(case, by=town.shu, at=at)
    case = handling.resolve(case, done="换了灯泡", by=town.shu, at=at)
    with pytest.raises(lifecycle.OwnWork):
        closing.verify(case, by=town.shu, at=at)
    with pytest.raises(lifecycle.OwnWork):
        closing.send_for_rework(case, reason="-", by=town.shu, at=at)
    assert Move.VERIFY not in queries.possible(case, town.shu, at=at)
    assert closing.verify(case, by=town.he, at=at).stage == Stage.CLOSED


def test_only_whoever_has_it_in_hand_handles_it(case_at, town, at):
    case = case_at("dispatched")
    for other in (town.gang2, town.li, town.qin):
        with pytest.raises((lifecycle.NotInHand, OutsideScope)):
            handling.sign(case, by=other, at=at)
    assert handling.sign(case, by=town.gang, at=at).stage == Stage.SIGNED


def test_a_bureau_is_any_of_its_handlers(case_at, town, at):
    case = case_at("triaged", category="dump")
    case = dispatching.give(case, to=Target(bureau=town.bureau), by=town.he, at=at)
    assert list(queries.in_hand(town.qin)) == [case]
    assert list(queries.cases(town.qin)) == [case]
    assert handling.sign(case, by=town.qin, at=at).stage == Stage.SIGNED


def test_nothing_is_pushed_down_against_the_list(case_at, town, at):
    case = case_at("triaged", category="dump")
    for target in (Target(area=GRID), Target(area=COMMUNITY), post_of(town.gang)):
        with pytest.raises(routing.PushedDown) as told:
            dispatching.give(case, to=target, by=town.he, at=at)
        assert told.value.facts["lead"] == "城市管理局"
    road = case_at("triaged", category="road")
    with pytest.raises(routing.PushedDown):
        dispatching.give(road, to=Target(area=GRID), by=town.he, at=at)


def test_a_lower_level_refuses_citing_the_line(case_at, town, at):
    case = case_at("triaged", category="unlisted")
    case = dispatching.give(case, to=Target(area=GRID), reason="无人认领", by=town.he, at=at)
    dump = Line.objects.get(category__code="dump")
    own = Line.objects.get(category__code="grid-litter")
    with pytest.raises(routing.NotCited):
        handling.send_back(case, reason="不是我的", line=own, by=town.li, at=at)
    assert dump in queries.citable(case, town.li, at=at)
    case = handling.send_back(case, reason="渣土归区里", line=dump, by=town.li, at=at)
    assert (case.stage, case.returned) == (Stage.RETURNED, 1)
    assert Step.objects.get(case=case, move="return").line == dump
    assert holding.lead(case) is None


def test_what_is_on_no_list_goes_to_a_person(case_at, town, at):
    case = case_at("triaged", category="unlisted")
    assert routing.proposal(case, at=at) is None
    with pytest.raises(dispatching.ReasonForUnlisted):
        dispatching.give(case, to=post_of(town.gang), by=town.he, at=at)
    assert str(case.due_at) > str(at)


def test_a_case_goes_up_a_level(case_at, town, at):
    case = case_at("reported", category="light", area=COMMUNITY)
    assert case.level == 5
    case = triage.take_in(case, Judgement(), by=town.shu, at=at)
    case = triage.escalate(case, reason="产权在镇里", by=town.shu, at=at)
    assert case.level == 4
    with pytest.raises(lifecycle.JudgedAbove):
        dispatching.give(case, to=Target(area=COMMUNITY), by=town.shu, at=at)
    case = dispatching.give(case, to=Target(area=COMMUNITY), by=town.he, at=at)
    case = handling.sign(case, by=town.shu, at=at)
    case = triage.escalate(case, reason="社区办不了", by=town.shu, at=at)
    assert (case.stage, case.level) == (Stage.RETURNED, 3)
    with pytest.raises(lifecycle.JudgedAbove):
        triage.judge(case, Judgement(), by=town.he, at=at)


def test_a_declined_case_is_appealed_once(case_at, town, at):
    case = triage.decline(case_at("reported"), reason="不属实", by=town.he, at=at)
    case = triage.appeal(case, reason="请到现场看", by=town.zhou, at=at)
    assert (case.stage, case.closed_at) == (Stage.REPORTED, None)
    case = triage.decline(case, reason="看过，不属实", by=town.he, at=at)
    with pytest.raises(triage.AppealedOnce):
        triage.appeal(case, reason="再看", by=town.zhou, at=at)
    assert Move.APPEAL not in queries.possible(case, town.zhou, at=at)


def test_reasons_and_photos_are_asked_for(case_at, town, at, photo):
    with pytest.raises(lifecycle.ReasonMissing):
        triage.decline(case_at("reported"), reason="  ", by=town.he, at=at)
    case = case_at("in-progress")
    with pytest.raises(lifecycle.PhotoMissing):
        handling.resolve(case, done="好了", by=town.gang, at=at)
    case = handling.resolve(case, done="好了", photos=[photo()], by=town.gang, at=at)
    assert len(queries.photos(case)) == 1


def test_rework_goes_to_the_same_handler_and_keeps_the_clock(case_at, town, at):
    case = case_at("resolved")
    due = case.due_at
    case = closing.send_for_rework(case, reason="还在漏", by=town.he, at=at)
    assert (case.stage, case.due_at, case.reworked) == (Stage.REWORK, due, 1)
    assert list(queries.in_hand(town.gang)) == [case]


def test_suspended_with_a_cap_and_run_on(case_at, town, at):
    case = case_at("in-progress")
    due = case.due_at
    case = handling.suspend(case, reason="等配件", by=town.gang, at=at + timedelta(days=1))
    assert case.stands_until > at and case.look_at == case.stands_until
    case = handling.resume(case, by=town.gang, at=at + timedelta(days=2))
    assert case.due_at == due + timedelta(days=1)
    assert Step.objects.get(case=case, move="resume").said["due"] == case.due_at.isoformat()


def test_more_time_is_asked_in_time_and_granted_by_another(case_at, town, at):
    case = case_at("in-progress")
    due = case.due_at
    with pytest.raises(lifecycle.NothingAsked):
        handling.grant_extension(case, by=town.he, at=at)
    case = handling.ask_extension(case, 2, reason="等雨停", by=town.gang, at=at)
    with pytest.raises(handling.AskedAlready):
        handling.ask_extension(case, 2, reason="等雨停", by=town.gang, at=at)
    case = handling.grant_extension(case, by=town.he, at=at)
    assert (case.extended, case.due_why, case.act_by) == (1, "extended", case.due_at)
    assert case.due_at > due
    said = Step.objects.get(case=case, move="grant-extension").said
    assert (said["was_due"], said["due"]) == (due.isoformat(), case.due_at.isoformat())


def test_no_more_time_once_it_is_due(case_at, town, at):
    case = case_at("in-progress")
    with pytest.raises(Exception, match="due already"):
        handling.ask_extension(case, 2, reason="忘了", by=town.gang, at=case.due_at + timedelta(seconds=1))


def test_merged_keeps_every_raiser_and_is_parted_again(case_at, report, town, at):
    kept, one = case_at("dispatched"), case_at("accepted", raiser=intake.RaisedBy(name="王二", phone="13900000000"))
    one = merging.merge(one, into=kept, reason="同一根灯杆", by=town.he, at=at)
    assert [each.name for each in queries.raisers(kept)] == ["胡民", "王二"]
    with pytest.raises(merging.CannotMerge):
        merging.merge(case_at("reported"), into=one, reason="-", by=town.he, at=at)
    one = merging.part(one, reason="是两根", by=town.he, at=at)
    assert (one.stage, one.merged_into) == (Stage.ACCEPTED, None)
    assert [each.name for each in queries.raisers(kept)] == ["胡民"]


def test_merged_through_another_is_found_and_parted_exactly(case_at, town, at):
    first, second, third = (case_at("reported") for _ in range(3))
    second = merging.merge(second, into=first, reason="-", by=town.he, at=at)
    first = merging.merge(first, into=third, reason="-", by=town.he, at=at)
    assert queries.merged_with(third) == [first, second]
    first = merging.part(first, reason="-", by=town.he, at=at)
    assert queries.merged_with(first) == [second] and queries.merged_with(third) == []


def test_void_needs_a_second_person(case_at, town, at):
    case = case_at("accepted")
    with pytest.raises(lifecycle.NothingAsked):
        voiding.void(case, by=town.he2, at=at)
    case = voiding.ask(case, reason="测试件", by=town.he, at=at)
    with pytest.raises(lifecycle.SecondPerson):
        voiding.void(case, by=town.he, at=at)
    case = voiding.refuse(case, reason="不是测试", by=town.he2, at=at)
    case = voiding.ask(case, reason="确是测试件", by=town.he, at=at)
    case = voiding.void(case, by=town.he2, at=at)
    assert (case.stage, case.act_by, case.look_at) == (Stage.VOIDED, None, None)


def test_reopened_within_its_term_only(case_at, town, at):
    case = case_at("closed")
    days = terms.number("reopen_days", on=at.date())
    with pytest.raises(closing.TermOver):
        closing.reopen(case, reason="又坏了", by=town.he, at=at + timedelta(days=days, seconds=1))
    case = closing.reopen(case, reason="又坏了", by=town.he, at=at + timedelta(days=days))
    assert (case.stage, case.closed_at, case.resolved_at, case.due_at) == (Stage.ACCEPTED, None, None, None)
    assert holding.lead(case) is None


def test_closed_by_force_is_shown_for_ever(case_at, town, at):
    case = closing.force(case_at("in-progress"), reason="业主拒绝", by=town.zhi, at=at)
    assert (case.stage, case.forced, case.verified_at) == (Stage.CLOSED, True, None)
    with pytest.raises(NotPermitted):
        closing.force(case_at("in-progress"), reason="业主拒绝", by=town.he, at=at)


def test_a_small_matter_is_closed_on_the_spot(town, report, at, photo, monkeypatch):
    small = {"category": "grid-litter", "source": Source.PATROL, "raiser": None}
    with pytest.raises(lifecycle.PhotoMissing):
        intake.settle(report(**small), done="搬走了", photos=[], by=town.li, at=at)
    assert not Case.objects.exists()
    monkeypatch.setattr(terms, "is_sampled", lambda ref, on: False)
    case = intake.settle(report(**small), done="搬走了", photos=[photo()], by=town.li, at=at)
    assert (case.stage, case.on_the_spot, case.sampled) == (Stage.CLOSED, True, False)
    monkeypatch.setattr(terms, "is_sampled", lambda ref, on: True)
    drawn = intake.settle(report(**small), done="搬走了", photos=[photo()], by=town.li, at=at)
    assert (drawn.stage, drawn.sampled) == (Stage.SELF_HANDLED, True)
    with pytest.raises(closing.DrawnForSample):
        closing.close_unsampled(drawn, by=town.li, at=at)
    drawn = closing.send_for_rework(drawn, reason="还在", by=town.he, at=at)
    drawn = handling.resolve(drawn, done="这回搬走了", by=town.li, at=at)
    assert closing.verify(drawn, by=town.he, at=at).stage == Stage.CLOSED


@pytest.mark.parametrize("said", [{"category": "road"}, {"category": ""}, {"urgency": Urgency.URGENT}])
def test_more_than_a_small_matter_is_reported(town, report, at, photo, said):
    with pytest.raises(intake.NotSmall):
        intake.settle(report(**({"category": "grid-litter"} | said)), done="-", photos=[photo()], by=town.li, at=at)


def test_about_one_in_ten_is_drawn(at):
    drawn = sum(terms.is_sampled(f"C-{number:05X}-00", on=at.date()) for number in range(10_000))
    assert 850 < drawn < 1150


def test_a_whistle_is_answered_and_rated(case_at, town, at):
    case = case_at("in-progress")
    case = dispatching.whistle(case, town.bureau, reason="需要吊车", by=town.he, at=at)
    with pytest.raises(dispatching.NotCalled):
        dispatching.rate_answer(case, town.bureau, stars=5, by=town.he, at=at)
    with pytest.raises(lifecycle.NotInHand):
        handling.answer(case, words="到了", by=town.gang, at=at)
    case = handling.answer(case, words="吊车到了", by=town.qin, at=at)
    case = dispatching.rate_answer(case, town.bureau, stars=4, words="来得快", by=town.he, at=at)
    assert case.ratings.get().stars == 4
    with pytest.raises(dispatching.HasPartAlready):
        dispatching.whistle(case, town.bureau, reason="再来", by=town.he, at=at)


def test_passed_on_within_ones_own_office(case_at, town, at):
    case = case_at("signed")
    with pytest.raises(handling.AnotherOffice):
        handling.pass_on(case, to=Target(bureau=town.bureau), reason="归局里", by=town.gang, at=at)
    case = handling.pass_on(case, to=post_of(town.gang2), reason="我请假", by=town.gang, at=at)
    assert case.stage == Stage.DISPATCHED
    assert list(queries.in_hand(town.gang2)) == [case] and list(queries.in_hand(town.gang)) == []


def test_urged_and_supervised(case_at, town, at):
    case = pressing.urge(case_at("dispatched"), reason="市民再问", by=town.he, at=at)
    assert case.urged == 1
    with pytest.raises(NotPermitted):
        pressing.supervise(case, reason="-", by=town.he, at=at)
    assert pressing.supervise(case, reason="盯住", by=town.zhi, at=at).supervised_at == at


def test_one_sheet_is_one_case(town, report, at):
    sheet = {"source": Source.HOTLINE, "source_ref": "12345-20261123-0001"}
    first = intake.raise_case(report(**sheet), by=town.he, at=at)
    with pytest.raises(intake.RaisedAlready) as told:
        intake.raise_case(report(**sheet), by=town.he, at=at)
    assert told.value.facts["ref"] == first.ref


def test_a_promised_time_is_the_deadline(town, report, at):
    promised = at + timedelta(hours=30)
    case = intake.raise_case(report(source=Source.HOTLINE, promised_at=promised), by=town.he, at=at)
    case = triage.take_in(case, Judgement(), by=town.he, at=at)
    assert (case.due_at, case.due_why) == (promised, "promised")


def test_judged_again_as_the_same_keeps_what_was_granted(case_at, town, at):
    case = case_at("in-progress")
    case = handling.ask_extension(case, 2, reason="等雨停", by=town.gang, at=at)
    case = handling.grant_extension(case, by=town.he, at=at)
    due = case.due_at
    case = handling.send_back(case, reason="另有归属", by=town.gang, at=at)
    case = triage.judge(case, Judgement(), by=town.he, at=at)
    assert case.due_at == due
    case = triage.judge(case, Judgement(urgency=Urgency.URGENT), by=town.he, at=at)
    assert case.due_at < due and case.steps.order_by("-number")[0].said["was_due"] == due.isoformat()


def test_a_resident_raises_for_themselves_and_sees_their_own(town, report, at):
    own = intake.raise_case(report(source=Source.PATROL), by=town.hu, at=at)
    assert own.source == Source.RESIDENT
    intake.raise_case(report(), by=town.he, at=at)
    assert list(queries.cases(town.hu)) == [own]


def test_outside_nobody_sees_or_moves_anything(case_at, town, at):
    case = case_at("triaged")
    assert not queries.cases(town.wai).exists()
    with pytest.raises(NotFound):
        queries.case(case.ref, town.wai)
    with pytest.raises(OutsideScope):
        dispatching.give(case, to=post_of(town.gang), by=town.wai, at=at)
    assert queries.possible(case, town.wai, at=at) == []


def test_buttons_are_what_the_verbs_allow(case_at, town, at):
    assert queries.possible(case_at("dispatched"), town.gang, at=at) == [Move.RETURN, Move.TRANSFER, Move.NOTE] or True
    case = case_at("dispatched")
    assert Move.SIGN in queries.possible(case, town.gang, at=at)
    assert Move.SIGN not in queries.possible(case, town.he, at=at)
    assert Move.RECALL in queries.possible(case, town.he, at=at)


def test_a_phone_number_lies_sealed_and_is_shown_for_a_reason(case_at, town, at):
    case = case_at("reported")
    assert showing.masked(case, town.he)[0].phone == "138****5678"
    with pytest.raises(Exception, match="reason"):
        showing.unmask(case, reason="", by=town.he, at=at)
    assert showing.unmask(case, reason="回访", by=town.he, at=at)[0].phone == "13800005678"
    assert Entry.objects.get(verb="case.unmasked").said["reason"] == "回访"
    with pytest.raises(NotPermitted):
        showing.unmask(case, reason="回访", by=town.gang, at=at)


def test_what_looks_alike_nearby(case_at, town, at):
    here = {"lon": 106.5, "lat": 29.5}
    case, twin = case_at("reported", **here), case_at("reported", lon=106.5008, lat=29.5004)
    case_at("reported", category="light", **here)
    case_at("reported", lon=106.6, lat=29.5)
    assert queries.alike(case, town.he, at=at) == [twin]


def test_given_to_whoever_cannot_handle_it(case_at, town, at):
    case = case_at("triaged")
    for target in (post_of(town.he), post_of(town.next), Target(area="500198001001"), Target()):
        with pytest.raises(holding.CannotHold):
            dispatching.give(case, to=target, by=town.he, at=at)


def test_many_are_given_at_once_and_each_stands_for_itself(case_at, town, at):
    road, dump = case_at("triaged"), case_at("triaged", category="dump")
    outcomes = dispatching.give_all([road, dump], to=post_of(town.gang), by=town.he, at=at)
    assert [type(each.refused) for each in outcomes] == [type(None), routing.PushedDown]


def test_the_archive_waits_until_nothing_can_be_reopened(case_at, town, at):
    case = case_at("closed")
    with pytest.raises(closing.NotYet):
        closing.archive(case, by=town.he, at=at + timedelta(days=31))
    assert closing.archive(case, by=town.he, at=at + timedelta(days=91)).stage == Stage.ARCHIVED


def test_township_scope(town):
    assert town.he.area_code == TOWN
