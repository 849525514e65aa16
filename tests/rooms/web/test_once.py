"""What is put into words once answers as the ORM does, whose words they are, and writes what the ORM would."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from linli.access.models import Account, Post
from linli.cases.models import Case, Step
from linli.web.once import asked, insert, update

AT = datetime(2026, 11, 23, 2, 0, 0, 120, tzinfo=UTC)


@asked
def called(ref):
    return Case.objects.select_for_update().filter(ref=ref)


@asked
def held_by(name, today):
    return Post.objects.held_on(today).filter(account__name=name).order_by("id")


@asked
def raised_before(at, stage):
    return Case.objects.filter(raised_at__lt=at, stage=stage, closed_at=None).values_list("ref", "raised_at")


def a_case(**said):
    usual = {"area_code": "500199001", "summary": "路灯不亮", "details": "三楼", "source": "phone", "stage_since": AT}
    return Case(raised_at=AT, **(usual | said))


@pytest.mark.django_db
def test_a_record_is_the_one_the_orm_reads():
    made = a_case(lon=106.5, due_at=AT, on_the_spot=True)
    made.save()
    with transaction.atomic():
        [found] = called(made.ref)
    usual = Case.objects.get(pk=made.pk)
    assert {f.attname: getattr(found, f.attname) for f in Case._meta.concrete_fields} == {
        f.attname: getattr(usual, f.attname) for f in Case._meta.concrete_fields
    }
    assert found.details == "三楼" and found.due_at == AT and not found._state.adding


def test_each_value_is_put_where_it_was_asked_for(account):
    li, he = account("li", "grid-worker", "500199001001001"), account("he", "dispatcher", "500199001")
    for who in (li, he):
        [post] = held_by(who.name, date(2026, 11, 23))
        assert post == Post.objects.get(account=who) and post.account == who and post.bureau is None
    assert held_by("li", date(2020, 1, 1)) == [] and held_by("nobody", date(2026, 11, 23)) == []


@pytest.mark.django_db
def test_moments_are_compared_as_moments_and_rows_are_tuples():
    first, second = a_case(), a_case(stage="closed")
    for each in (first, second):
        each.save()
    assert raised_before(AT, "reported") == []
    assert raised_before(AT + timedelta(microseconds=1), "reported") == [(first.ref, AT)]
    assert raised_before(AT + timedelta(days=1), "closed") == [(second.ref, AT)]


@pytest.mark.django_db
def test_what_is_inserted_and_updated_is_what_the_orm_would_have_written():
    made = a_case()
    insert(made)
    assert Case.objects.get(ref=made.ref) == made and not made._state.adding
    made.stage, made.due_at, made.details, made.summary = "merged", AT, "四楼", "not asked for"
    made.merged_into_id = made.pk
    update(made, ["stage", "due_at", "details", "merged_into_id"])
    found = Case.objects.get(pk=made.pk)
    assert found.merged_into_id == made.pk
    assert (found.stage, found.due_at, found.details, found.summary) == ("merged", AT, "四楼", "路灯不亮")
    step = Step(case=made, number=1, move="raise", stage="reported", at=AT, by="A-1", reason="因为", said={"天": [1]})
    insert(step)
    assert Step.objects.values("case", "reason", "said", "line", "at").get(pk=step.pk) == {
        "case": made.pk, "reason": "因为", "said": {"天": [1]}, "line": None, "at": AT
    }  # fmt: skip


@pytest.mark.django_db
def test_an_update_of_what_is_not_there_is_a_fault():
    gone = a_case()
    gone.pk = 99
    with pytest.raises(AssertionError):
        update(gone, ["stage"])


@pytest.mark.django_db
def test_it_is_put_into_words_once(monkeypatch):
    asked_for = []

    @asked
    def named(name):
        asked_for.append(name)
        return Account.objects.filter(name=name)

    assert named("li") == named("he") == [] and len(asked_for) == 1
    monkeypatch.delattr(transaction.get_connection(), "_linli_once")
    assert named("li") == [] and len(asked_for) == 2
