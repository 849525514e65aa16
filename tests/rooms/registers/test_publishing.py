"""A public notice points at nobody: names are cut, details few share are left out, secrets never stand in it."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from linli.access import appointing, opening
from linli.access.actors import Actor
from linli.access.appointing import Appointment
from linli.ground.permissions import Permission
from linli.ground.refusals import NotPermitted
from linli.journal.models import Entry
from linli.registers import keeping, publishing, terms
from linli.registers.listing import Asked
from linli.registers.models import Register
from linli.registers.publishing import Wish
from linli.registers.tags import Condition
from tests.browser import small_town
from tests.rooms.registers.conftest import BY, GRID

P = Permission
SECRETARY = Actor("A", "书记", "S", "x", GRID[:12], frozenset({P.REGISTER_READ, P.REGISTER_PUBLISH, P.REGISTER_SECRET}))
CLERK = Actor("A", "周社", "S", "x", GRID[:12], frozenset({P.REGISTER_READ, P.REGISTER_EXPORT}))
OUTSIDER = Actor("A", "外人", "S", "x", "500198", SECRETARY.permissions)
WISH = Wish("高龄津贴公示", "高龄津贴发放办法")
COLUMNS = ("person.sex", "person.age", "person.phone", "person.identity_number", "dwelling.address")
SHOWN = Asked(Register.PERSON, columns=COLUMNS)


@pytest.fixture
def older(home, at, settings, tmp_path):
    """Six older people in one building, five of them women."""
    settings.DATA_DIR = tmp_path
    for number, name in enumerate(["张三明", "王秀英", "李桂兰", "陈玉梅", "刘淑珍", "赵大山"]):
        said = {"person.name": name, "person.sex": "1" if name == "赵大山" else "2", "person.born_on": date(1940, 1, 2)}
        said |= {"person.phone": f"1380000567{number}", "person.identity_number": "11010519491231002X"}
        person = keeping.add(Register.PERSON, said, area=GRID, by=BY, at=at)
        person.dwelling = home.here
        person.save()
    return home


def asked(**more):
    return Asked(Register.PERSON, **({"columns": COLUMNS, "where": (Condition("person.age", "gte", 80),)} | more))


def test_a_notice_cuts_names_numbers_and_addresses(older, at):
    notice = publishing.publish(asked(), WISH, by=SECRETARY, at=at)
    zhang = next(line for line in notice.lines if line[0] == "张*明")
    assert zhang[1:] == ["女", "86 岁", "138****5670", "1101************2X", "香樟苑3栋"]
    text = "".join(map("".join, notice.lines))
    assert not [each for each in ("秀英", "501", "19491231", "13800005670") if each in text]


def test_who_stands_out_does_not(older, at):
    """One man among women: his sex is left out, and no pair of details finds him again."""
    notice = publishing.publish(asked(), WISH, by=SECRETARY, at=at)
    zhao = next(line for line in notice.lines if line[0] == "赵*山")
    assert "男" not in zhao and notice.left_out == 1
    assert Entry.objects.get(verb="list.published").rows == 6


@pytest.mark.parametrize(
    ("wish", "words", "by", "refused"),
    [
        (asked, WISH, CLERK, NotPermitted),
        (asked, WISH, OUTSIDER, publishing.TooFew),
        (lambda: asked(where=(Condition("person.age", "gte", 100),)), WISH, SECRETARY, publishing.TooFew),
        (asked, Wish("", "高龄津贴发放办法"), SECRETARY, publishing.SaysNothing),
        (asked, Wish("高龄津贴公示", " "), SECRETARY, publishing.SaysNothing),
        (
            lambda: asked(where=(Condition("person.low_income", "eq", "1"),), reason="the rule"),
            WISH,
            SECRETARY,
            publishing.NothingSecret,
        ),
    ],
)
def test_what_must_not_hang_does_not_and_nothing_is_noted(older, at, wish, words, by, refused):
    with pytest.raises(refused):
        publishing.publish(wish(), words, by=by, at=at)
    assert not Entry.objects.filter(verb="list.published").exists()


def test_a_long_list_is_no_notice(older, at, monkeypatch):
    monkeypatch.setattr(publishing, "MOST", 5)
    with pytest.raises(publishing.TooMany):
        publishing.publish(asked(), WISH, by=SECRETARY, at=at)


signs = st.sampled_from(["", "a", "b", "c"])


@given(lines=st.lists(st.lists(signs, min_size=3, max_size=3), max_size=14), least=st.integers(1, 5))
def test_no_detail_that_is_told_is_shared_by_few(lines, least):
    kept, touched = publishing.without_small_groups(lines, [1, 2], least=least)
    assert [line[0] for line in kept] == [line[0] for line in lines]
    assert touched == sum(old != new for old, new in zip(lines, kept, strict=True))
    for line in kept:
        if told := [at for at in (1, 2) if line[at] not in ("", publishing.LEFT_OUT)]:
            assert sum(all(other[at] == line[at] for at in told) for other in kept) >= least


def test_the_notice_page_is_for_whoever_may_draw_it_up(older, at):
    small_town.lay()
    who = opening.open_account(sign_in_name="sec", name="sec", password=small_town.PASSWORD, by=BY, at=at)
    appointing.give(who, Appointment(role="community-secretary", area=GRID[:12], since=date(2026, 1, 1)), by=BY, at=at)
    address, said = reverse("register-notice", args=["person"]), {"where": "person.age:gte:80"}
    said |= {"title": WISH.title, "purpose": WISH.purpose, "until": "2026-12-01"}
    clerk, secretary = Client(), Client()
    clerk.force_login(small_town.account("zhou"))
    secretary.force_login(small_town.account("sec"))
    assert clerk.post(address, said).status_code == 403
    text = secretary.post(address, said).content.decode()
    assert "张*明" in text and "张三明" not in text and "2026-12-01" in text
    file = b"".join(secretary.post(address, said | {"do": "xlsx"}).streaming_content)
    assert file.startswith(b"PK")
    assert terms.number("smallest_group", on=at.date()) <= 6
