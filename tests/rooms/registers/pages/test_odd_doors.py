"""Files that are refused whole: the command and the page say the same of them, and nothing stands afterwards."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from linli.ground.refusals import Refusal
from linli.registers.models import Batch, Person, StagedRow
from tests.rooms.registers import odd

from .desk import COMMUNITY, browser

pytestmark = pytest.mark.django_db
WHOLE = [
    "a PDF",
    "a web page called xls",
    "bytes of no kind",
    "locked",
    "an old workbook, locked",
    "with macros",
    "cut off at a half",
    "broken XML",
    "300 columns",
    "two cells at the ends of the sheet",
    "repeated in an open document",
    "a zip bomb",
    "no headings at all",
    "headings and nothing else",
    "nothing anywhere",
    "no bytes",
    "text cut within a sign",
    "a quotation mark left open",
]


@pytest.mark.parametrize("name", WHOLE)
def test_the_command_and_the_page_refuse_it_in_the_same_words(town, tmp_path, name):
    folder = tmp_path / "sent"
    folder.mkdir()
    path = odd.made(name, folder)
    with translation.override("en"), pytest.raises(Refusal) as refused:
        call_command("import", "people", str(path), area=COMMUNITY, yes=True)
    sent = {"file": SimpleUploadedFile(path.name, path.read_bytes()), "area": COMMUNITY}
    answer = browser("zhou").post(reverse("imports"), sent, headers={"accept-language": "en"})
    assert answer.status_code == refused.value.status
    with translation.override("en"):
        assert escape(str(refused.value.words % refused.value.facts)) in answer.content.decode()
        assert escape(str(refused.value.next_step)) in answer.content.decode()
    assert not Batch.objects.exists() and not StagedRow.objects.exists() and not Person.objects.exists()


def test_an_area_outside_ones_own_is_nowhere(town, tmp_path):
    path = odd.made("rows without fault", tmp_path)
    sent = {"file": SimpleUploadedFile(path.name, path.read_bytes()), "area": COMMUNITY}
    assert browser("wai").post(reverse("imports"), sent).status_code == 404
    assert not Batch.objects.exists()


def test_formulas_that_nobody_worked_out_are_told_of_before_rows_are_taken(town, tmp_path):
    path = odd.made("formulas nobody worked out", tmp_path)
    sent = {"file": SimpleUploadedFile(path.name, path.read_bytes()), "area": COMMUNITY}
    address = browser("zhou").post(reverse("imports"), sent).url
    page = browser("zhou").get(address, headers={"accept-language": "en"})
    assert len(page.context["notes"]) == 1 and "C2" in page.context["notes"][0]
    assert escape(page.context["notes"][0]) in page.content.decode()
