"""Two records of one person become one and part again; disputes are settled by someone else."""

from datetime import timedelta

import pytest

from linli.ground.hands import Program
from linli.registers import disputing, keeping, merging
from linli.registers.models import Dispute, Merging, PastValue, Person, Register, SecretValue, Tie
from tests.rooms.registers.conftest import BY, NEXT_GRID

OTHER = Program("another")


@pytest.fixture
def twice(home, at):
    values = {"person.name": "王大", "person.phone": "13800005678", "person.low_income": "1", "person.nation": "15"}
    return keeping.add(Register.PERSON, values, area=NEXT_GRID, by=BY, at=at)


def snapshot():
    return [
        sorted(map(str, Person.objects.order_by("pk").values_list())),
        sorted(map(str, Tie.objects.values_list())),
        sorted(map(str, SecretValue.objects.values_list())),
        sorted(map(str, PastValue.objects.values_list())),
    ]


def test_one_record_says_all_and_the_other_points_to_it(home, twice, at):
    kept = merging.merge(home.head, twice, by=BY, at=at)
    assert (kept.phone, kept.nation, kept.household) == ("13800005678", "15", home.household)
    gone = Person.objects.get(pk=twice.pk)
    assert (gone.merged_into, gone.ended_why) == (kept, "merged")
    assert SecretValue.objects.get().thing == kept.ref


def test_differing_values_go_to_the_history(home, twice, at):
    keeping.correct(home.head, {"person.phone": "13900001111"}, by=BY, at=at)
    kept = merging.merge(home.head, twice, by=BY, at=at)
    assert kept.phone == "13900001111"
    assert list(PastValue.objects.values_list("fact", "value")) == [("person.phone", "13800005678")]


def test_parted_they_are_what_they_were(home, twice, at):
    before = snapshot()
    merging.merge(home.head, twice, by=BY, at=at)
    merging.part(Merging.objects.get(), by=BY, at=at + timedelta(minutes=1))
    assert snapshot() == before


def test_a_record_that_changed_since_is_not_parted(home, twice, at):
    kept = merging.merge(home.head, twice, by=BY, at=at)
    keeping.correct(kept, {"person.phone": "13900001111"}, by=BY, at=at)
    with pytest.raises(merging.ChangedSince):
        merging.part(Merging.objects.get(), by=BY, at=at)


def test_nobody_is_merged_with_themselves(home, at):
    with pytest.raises(merging.SamePerson):
        merging.merge(home.head, home.head, by=BY, at=at)


def test_a_dispute_is_settled_by_someone_else_and_the_losing_value_stays(home, at):
    keeping.correct(home.head, {"person.phone": "13800005678"}, by=BY, at=at)
    raised = disputing.dispute(home.head, "person.phone", "13911112222", reason="本人来电", by=BY, at=at)
    with pytest.raises(disputing.OwnDispute):
        disputing.settle(raised, home.head, right=True, by=BY, at=at)
    assert Person.objects.get(pk=home.head.pk).phone == "13800005678"
    disputing.settle(raised, home.head, right=True, by=OTHER, at=at)
    assert Person.objects.get(pk=home.head.pk).phone == "13911112222"
    assert list(PastValue.objects.values_list("value", flat=True)) == ["13800005678"]


def test_a_proposal_that_lost_stays_too(home, at):
    raised = disputing.dispute(home.head, "person.phone", "13911112222", reason="听说", by=BY, at=at)
    disputing.settle(raised, home.head, right=False, by=OTHER, at=at)
    assert Person.objects.get(pk=home.head.pk).phone == ""
    assert list(PastValue.objects.values_list("value", flat=True)) == ["13911112222"]


def test_one_dispute_at_a_time_with_a_reason_and_a_day_it_is_due(home, at):
    with pytest.raises(disputing.ReasonMissing):
        disputing.dispute(home.head, "person.phone", "1", reason=" ", by=BY, at=at)
    raised = disputing.dispute(home.head, "person.phone", "13911112222", reason="听说", by=BY, at=at)
    assert raised.due_on > at.date()
    with pytest.raises(disputing.DisputedAlready):
        disputing.dispute(home.head, "person.phone", "1", reason="又", by=OTHER, at=at)
    assert Dispute.objects.count() == 1


def test_a_date_is_disputed_and_settled_as_a_date(home, at):
    raised = disputing.dispute(home.head, "person.born_on", "1951-02-03", reason="户口簿", by=BY, at=at)
    disputing.settle(raised, home.head, right=True, by=OTHER, at=at)
    assert str(Person.objects.get(pk=home.head.pk).born_on) == "1951-02-03"
