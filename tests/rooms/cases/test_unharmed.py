"""What goes wrong with one case, one file or one race is told, and harms nothing beside it."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.urls import reverse

from linli.access.roles import ROLES
from linli.cases import chores, closing, figures, handling, intake, lifecycle, merging, photos, showing, timing
from linli.cases.intake import RaisedBy
from linli.cases.models import Case, Photo, Source, Step
from linli.clocks import reading
from linli.ground.refusals import Refusal
from linli.journal.models import Entry
from linli.registers import keyring
from linli.site.cases import views

from .conftest import NEXT_GRID
from .test_desks import signed_in


def test_one_case_that_fails_stops_no_other_and_is_complained_of(case_at, at, monkeypatch, caplog):
    cases = [case_at("in-progress") for _ in range(3)]
    when, broken, tells = max(case.look_at for case in cases), cases[1], timing.tell_next

    def fails(case, *, at):
        if case.pk == broken.pk:
            raise ValueError("张三")
        return tells(case, at=at)

    monkeypatch.setattr(timing, "tell_next", fails)
    with pytest.raises(ValueError, match="张三"):
        chores.sweep(at=when)
    told = set(Entry.objects.filter(verb="case.reminded").values_list("thing", flat=True))
    assert told == {cases[0].ref, cases[2].ref}
    assert f"case {broken.pk}: ValueError" in caplog.text and "张三" not in caplog.text
    monkeypatch.undo()
    assert chores.sweep(at=when) == 1
    assert Entry.objects.filter(verb="case.reminded").count() == 3


def test_one_case_that_is_not_archived_keeps_no_other_from_it(case_at, at, monkeypatch):
    cases = [case_at("closed") for _ in range(3)]
    archives = closing.archive

    def fails(case, **named):
        if case.pk == cases[0].pk:
            raise ValueError
        return archives(case, **named)

    monkeypatch.setattr(closing, "archive", fails)
    with pytest.raises(ValueError):  # noqa: PT011 - the chore's own failure, which it passes on as it is
        chores.archive(at + timedelta(days=120))
    assert sorted(Case.objects.values_list("stage", flat=True)) == ["archived", "archived", "closed"]


def test_of_two_who_write_one_sheet_down_in_one_moment_the_second_is_told(town, report, at, monkeypatch):
    sheet = report(source=Source.HOTLINE, source_ref="12345-20261123-0001")
    first = intake.raise_case(sheet, by=town.he, at=at)
    monkeypatch.setattr(intake, "_must_be_new", lambda *_given: None)  # both looked before either wrote
    with pytest.raises(intake.RaisedAlready) as told:
        intake.raise_case(sheet, by=town.he2, at=at)
    assert told.value.facts["ref"] == first.ref
    assert Case.objects.count() == 1


def test_shown_in_full_stands_in_the_journal_of_each_case_whose_raiser_was(case_at, town, at):
    kept = case_at("reported")
    one = case_at("reported", area=NEXT_GRID, raiser=RaisedBy(name="王二", phone="13900000000"))
    merging.merge(one, into=kept, reason="-", by=town.he, at=at)
    showing.unmask(kept, reason="回访", by=town.he, at=at)
    told = Entry.objects.filter(verb="case.unmasked").values_list("thing", "area_code")
    assert set(told) == {(kept.ref, kept.area_code), (one.ref, NEXT_GRID)} and len(told) == 2


# -- photos --------------------------------------------------------------------------------------------


def test_photos_are_swept_some_at_a_time(case_at, photo, at, monkeypatch, django_assert_num_queries):
    case_at("reported", photos=[photo(), photo()])
    loose = [photo() for _ in range(3)]
    every = list(Path(configured.MEDIA_ROOT).rglob("*.webp"))
    for path in every:
        os.utime(path, (0, 0))
    monkeypatch.setattr(photos, "AT_ONCE", 2)
    with django_assert_num_queries(3):
        assert photos.sweep(at=at) == 3
    assert {path.stem for path in every if path.exists()} == set(Photo.objects.values_list("ref", flat=True))
    assert not any(each.ref in {path.stem for path in every if path.exists()} for each in loose)


def test_a_photo_whose_file_is_gone_is_said_to_be(case_at, town, photo):
    case = case_at("reported", photos=[photo()])
    kept = case.photos.get()
    photos.path_of(kept).unlink()
    answer = signed_in(town.he).get(reverse("case-photo", args=[kept.ref]))
    assert answer.status_code == 404 and "的文件不在了" in answer.content.decode()


# -- what binds a step to the journal ------------------------------------------------------------------


def test_a_short_reason_cannot_be_guessed_from_the_journal(case_at, town, at, monkeypatch, tmp_path):
    case = handling.note(case_at("in-progress"), words="好", by=town.gang, at=at)
    again = handling.note(case, words="好", by=town.gang, at=at)
    one, other = Entry.objects.filter(thing=again.ref, verb="case.note").order_by("id").values_list("digest", flat=True)
    assert one and one != other, "that two steps say the same is nobody's business"
    number = again.steps_made
    plain = ["好", f"{case.ref}.{number}\n好"]
    assert other not in {hashlib.sha256(text.encode()).hexdigest()[:size] for text in plain for size in (32, 34, 64)}
    monkeypatch.setattr(keyring, "keys_file", lambda name=keyring.FILE: tmp_path / name)
    assert lifecycle.digest_of(case.ref, number, "好", []) != other, "another installation's key"


def test_a_reason_changed_since_is_seen(case_at, town, at, photo):
    case = handling.note(case_at("in-progress"), words="已更换灯泡", photos=[photo()], by=town.gang, at=at)
    step = case.steps.latest("number")
    digest = Entry.objects.get(thing=case.ref, verb="case.note").digest
    assert lifecycle.is_as_written(step, digest)
    first = case.steps.get(number=1)
    assert lifecycle.is_as_written(first, "")
    step.reason = "已更换灯杆"
    assert not lifecycle.is_as_written(step, digest)


def test_under_another_key_it_is_still_known_as_it_was_written(case_at, town, at, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    case = handling.note(case_at("in-progress"), words="好", by=town.gang, at=at)
    digest = Entry.objects.get(thing=case.ref, verb="case.note").digest
    keyring.add(at=at)
    keyring.set_aside(at=at)
    assert lifecycle.digest_of(case.ref, case.steps_made, "好", []) != digest
    assert lifecycle.is_as_written(Step.objects.get(case=case, number=case.steps_made), digest)


# -- figures, many at once, words ----------------------------------------------------------------------


def test_repeated_looks_back_to_before_the_time_asked_for(town, report, at):
    again = {"category": "road", "raiser": RaisedBy(name="胡民", phone="13900000001")}
    for days in (40, 30, 5):
        intake.raise_case(report(**again), by=town.he, at=at - timedelta(days=days))
    silent = report(category="road", raiser=RaisedBy(name="王二"))
    intake.raise_case(silent, by=town.he, at=at - timedelta(days=4))

    def told(since: int) -> int:
        span = {"since": at - timedelta(days=since), "until": at + timedelta(days=1)}
        return figures.figures(town.he, **span, at=at)["repeated"].part

    assert [told(since) for since in (41, 35, 10)] == [2, 2, 1]


def test_more_than_may_be_given_at_once_are_said_to_be_left(town, case_at, monkeypatch):
    monkeypatch.setattr(views, "MOST_AT_ONCE", 1)
    cases = [case_at("triaged") for _ in range(3)]
    said = {"case": [each.ref for each in cases], "target": f"post:{town.gang.post}", "reason": "-"}
    answer = signed_in(town.he).post(reverse("cases-give"), said, follow=True)
    assert "另有 2 件未分派" in answer.content.decode()
    assert sorted(Case.objects.values_list("stage", flat=True)) == ["dispatched", "triaged", "triaged"]


def test_a_post_without_a_title_is_called_by_its_role_in_the_readers_language(town, case_at):
    case, he = case_at("triaged"), signed_in(town.he)
    address = reverse("case", args=[case.ref])
    role = ROLES["post-holder"]
    assert f"{role.chinese} · 岗成" in he.get(address).content.decode()
    told = he.get(address, headers={"accept-language": "en"}).content.decode()
    assert f"{role.name} · 岗成" in told and role.chinese not in told


@pytest.mark.parametrize("words", ["2月30日（周一）", "1月1日（周四）至2月30日（周一）", "0000年1月1日"])
def test_a_day_that_no_calendar_has_is_refused_in_words(words):
    with pytest.raises(Refusal) as told:
        reading.lines_in(f"一、元旦：{words}放假，共1天。", 2026)
    assert told.value.code == "calendar.no-such-day"
