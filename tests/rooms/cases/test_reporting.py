"""Writing a case down: every area of the post can be named, and what was typed is never typed twice."""

import pytest
from django.urls import reverse

from linli.cases import intake
from linli.cases.models import Case, Source
from linli.site.cases import reporting

from .conftest import COMMUNITY, GRID, OUTSIDE, TOWN
from .test_desks import picture, signed_in

SAID = {"summary": "路灯不亮", "area": GRID, "urgency": "general", "source": "phone"}


def page_of(actor) -> str:
    return signed_in(actor).get(reverse("case-report")).content.decode()


def test_communities_stand_before_their_grids_and_grids_say_whose_they_are(town):
    told = page_of(town.he)
    places = [told.index(f'value="{code}"') for code in (COMMUNITY, GRID, TOWN)]
    assert places == sorted(places)
    assert f"area {COMMUNITY} area {GRID}" in told


def test_where_there_are_too_many_for_a_list_each_can_be_named(town, monkeypatch):
    monkeypatch.setattr(reporting, "MOST_AREAS", 2)
    told = page_of(town.he)
    assert "<select" not in told[told.index('id="id_area"') - 200 : told.index('id="id_area"')]
    assert "共 4 个区划" in told
    he = signed_in(town.he)
    for number, words in enumerate((GRID, f"area {GRID}", f"area {COMMUNITY} area {GRID}", COMMUNITY), 1):
        answer = he.post(reverse("case-report"), {**SAID, "area": words})
        assert answer.status_code == 303, words
        assert Case.objects.latest("id").area_code == (COMMUNITY if words == COMMUNITY else GRID)
        assert Case.objects.count() == number


@pytest.mark.parametrize(
    ("words", "said"),
    [("area", "有多个同名区划"), (f"别处 {GRID}", "没有名为"), ("外区", "没有名为"), (OUTSIDE, "没有名为")],
)
def test_what_names_none_or_several_is_told_and_stays_typed(town, monkeypatch, words, said):
    monkeypatch.setattr(reporting, "MOST_AREAS", 2)
    answer = signed_in(town.he).post(reverse("case-report"), {**SAID, "area": words})
    told = answer.content.decode()
    assert answer.status_code == 400 and said in told and f'value="{words}"' in told
    assert not Case.objects.exists()


def test_refused_the_page_keeps_everything_that_was_typed(town, report, at, photo):
    sheet = {"source": Source.HOTLINE, "source_ref": "12345-1"}
    known = intake.raise_case(report(**sheet), by=town.he, at=at)
    typed = {"details": "三号楼前", "place": "和睦路 8 号", "raiser_name": "王二", "raiser_phone": "13900000000"}
    said = {**SAID, **typed, "source": "hotline", "source_ref": "12345-1", "category": "road", "photos": picture()}
    answer = signed_in(town.he).post(reverse("case-report"), said)
    told = answer.content.decode()
    assert answer.status_code == 409 and known.ref in told
    assert all(each in told for each in typed.values()) and 'value="road" selected' in told
    assert "请重新选择照片" in told
    assert Case.objects.count() == 1


def test_what_was_done_stays_typed_too(town):
    answer = signed_in(town.li).post(reverse("case-report"), {**SAID, "category": "road", "done": "已清走"})
    assert answer.status_code == 422 and 'value="已清走"' in answer.content.decode()


def test_of_several_areas_none_is_chosen_beforehand_and_of_one_that_one_is(town):
    answer = signed_in(town.he).post(reverse("case-report"), {**SAID, "area": ""})
    assert answer.status_code == 400 and not Case.objects.exists()
    first = page_of(town.he).split('id="id_area"')[1].split("<option")[1]
    assert first.startswith(' value=""')
    assert GRID in page_of(town.li).split('id="id_area"')[1].split("<option")[1]
