"""The checklist of ASVS 5.0 is whole, and every test it names exists."""

import ast
import re
from pathlib import Path

import pytest
from django import forms
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from linli.access import forms as ours
from linli.access.models import Account
from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
LINES = re.findall(
    r"^\| (\d\.\d\.\d+) \| .+? \| (held|part|open|n/a)\b.*? \| (.*?) ?\|$",
    (ROOT / "docs" / "security" / "asvs.md").read_text("utf-8"),
    re.M,
)
# Levels 1 and 2 of the three chapters: how many lines each section has, and which of them are of level 3.
SECTIONS = {
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
}


def test_every_line_of_the_chapters_stands_once():
    wanted = [f"{section}.{n}" for section, count in SECTIONS.items() for n in range(1, count + 1)]
    assert [number for number, _, _ in LINES] == wanted


@pytest.mark.parametrize(("number", "mark", "test"), LINES, ids=[number for number, _, _ in LINES])
def test_the_test_of_each_line_exists(number, mark, test):
    assert test or mark in ("open", "n/a"), "held by no test"
    if test:
        file, name = test.strip("`").split("::")
        assert name in named_in(file), test


def named_in(file):
    """The tests in a file, which lies with those of access or of this folder unless a folder is named."""
    places = [ROOT / file, ROOT / "tests" / "rooms" / "access" / file, ROOT / "tests" / "architecture" / file]
    path = next(place for place in places if place.is_file())
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


FIELDS = [
    (form, name, field)
    for form in vars(ours).values()
    if isinstance(form, type) and issubclass(form, forms.Form) and form is not forms.Form
    for name, field in form.base_fields.items()
    if isinstance(field.widget, forms.PasswordInput)
]


def test_password_fields_mask_and_can_be_filled_in():
    assert len(FIELDS) >= 6
    for form, name, field in FIELDS:
        assert field.widget.attrs["autocomplete"] in ("current-password", "new-password"), (form, name)
        assert field.strip is False and field.max_length == 200, (form, name)
        assert field.widget.render_value is False, (form, name)


def test_a_fresh_house_has_no_account(db):
    assert not Account.objects.exists()


def test_session_keys_are_long_and_never_alike(db):
    keys = {SessionStore()._get_new_session_key() for _ in range(200)}
    assert len(keys) == 200 and all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)


def test_every_page_of_someone_signed_in_offers_signing_out(account):
    account("zhou")
    client = Client()
    client.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD})
    for path in ("/", "/areas/", "/journal/", "/account/second-factor", "/account/sign-ins", "/account/password"):
        assert 'action="/sign-out"' in client.get(path).content.decode(), path
