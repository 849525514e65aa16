"""A person is given what is kept of them, with who read it; and may have a value called wrong."""

from io import BytesIO

import pytest
import python_calamine
from django.urls import reverse

from linli.journal.models import Entry
from linli.registers import keeping
from linli.registers.models import Dispute

from .desk import AT, BY, browser

pytestmark = pytest.mark.django_db
SHOWN = {"reason": "showed the card"}


def own(name, person, **said):
    return browser(name).post(reverse("record-own", args=[person.ref]), said)


def test_a_person_is_given_all_of_it_with_who_read_it(people):
    here = people[0]
    keeping.correct(here, {"person.phone": "13911112222"}, by=BY, at=AT)
    browser("li").post(reverse("record-unmasked", args=[here.ref]), {"reason": "about the roof"})
    text = own("zhou", here, **SHOWN).content.decode()
    for told in ("王大宝", "13911112222", "13800000001", "about the roof", "李网"):
        assert told in text, told
    assert Entry.objects.get(verb="person.given-own").thing == here.ref


def test_only_who_may_use_secret_facts_gives_them(people):
    here = people[0]
    keeping.correct(here, {"person.income": 1234}, by=BY, at=AT)
    assert "1234" not in own("zhou", here, **SHOWN).content.decode()
    assert "1234" in own("sec", here, **SHOWN).content.decode()


def test_it_leaves_as_a_workbook(people):
    answer = own("sec", people[0], form="xlsx", **SHOWN)
    kept = BytesIO(b"".join(answer.streaming_content))
    rows = python_calamine.load_workbook(kept).get_sheet_by_index(0).to_python()
    assert any("王大宝" in row for row in rows) and len(rows[0]) == 5


def test_not_without_a_reason_and_not_to_an_outsider(people):
    assert own("zhou", people[0], reason="").status_code == 422
    assert own("wai", people[0], **SHOWN).status_code == 404
    assert not Entry.objects.filter(verb="person.given-own").exists()


def test_a_correction_is_asked_by_the_person_concerned(people):
    said = {"fact": "person.phone", "proposed": "13911112222", "reason": "her new number", "asked": "yes"}
    browser("li").post(reverse("record-dispute", args=[people[0].ref]), said)
    assert Dispute.objects.get().stage == "open"
    assert (
        Entry.objects.filter(verb="dispute.asked").exists() and not Entry.objects.filter(verb="dispute.raised").exists()
    )
