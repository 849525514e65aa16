"""Every page: gated, titled, headed, in its language; no style or script of its own; its queries counted."""

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from linli.access.gates import HAS_ACCOUNT, PUBLIC, SIGNED_IN
from linli.ground.permissions import Permission
from tests.browser import small_town

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "linli").rglob("templates/**/*.html"))
# What no template may hold: the policy would refuse it, and the reader would see a page without it.
INLINE = {
    "a style": re.compile(r"<style\b|\sstyle=", re.I),
    "a script": re.compile(r"<script(?![^>]*(\bsrc=|type=\"application/json\"))", re.I),
    "a handler": re.compile(r"\s(on[a-z]+|hx-on[:\w-]*)=", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
    "an address of another host": re.compile(r"""\b(?:src|href|action)=["'](?:https?:)?//""", re.I),
}


def patterns(found, before=""):
    """Every address of the house with its view, whichever file declares it."""
    for each in found:
        address = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield address, each
        else:
            yield from patterns(each.url_patterns, address)


ADDRESSES = dict(patterns(get_resolver().url_patterns))


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_stands_behind_a_gate(address):
    gate = getattr(ADDRESSES[address].callback, "gate", None)
    assert gate in (PUBLIC, HAS_ACCOUNT, SIGNED_IN) or isinstance(gate, Permission), f"/{address} has no @gate"


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_a_name(address):
    assert ADDRESSES[address].name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_what_the_policy_refuses(path):
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text("utf-8"), flags=re.S)
    assert {name: found[0] for name, pattern in INLINE.items() if (found := pattern.search(text))} == {}


@pytest.mark.parametrize(
    ("text", "sin"),
    [
        ('<p style="color: red">', "a style"),
        ("<script>alert(1)</script>", "a script"),
        ('<script type="module">', "a script"),
        ('<a onclick="x()">', "a handler"),
        ('<a hx-on:click="x()">', "a handler"),
        ('<a href="javascript:x()">', "a javascript address"),
        ('<img src="https://elsewhere.example/a.png">', "an address of another host"),
    ],
)
def test_each_sin_is_seen(text, sin):
    assert INLINE[sin].search(text)


@pytest.fixture
def town(db):
    """The small town of the browser tests."""
    small_town.lay()


# Address, who asks: the pages a reader can open by a link.
PAGES = [
    ("/", ""),
    ("/", "admin"),
    ("/", "zhou"),
    ("/sign-in", ""),
    ("/areas/", ""),
    ("/areas/", "admin"),
    ("/areas/?q=binjiang", ""),
    (f"/areas/{small_town.TOWN}/", ""),
    (f"/areas/{small_town.TOWN}/", "admin"),
    (f"/areas/{small_town.TOWN}001/edit", "zhou"),
    ("/areas/redraw", "admin"),
    ("/map", ""),
    ("/plan", "admin"),
    ("/journal/", "admin"),
    ("/journal/", "zhou"),
    ("/registers/", "zhou"),
    ("/registers/person/", "zhou"),
    ("/registers/person/new", "zhou"),
    ("/registers/dwelling/new", "zhou"),
    ("/registers/person/?tag=lives-alone-older&column=person.lives_alone&column=household.number", "zhou"),
    ("/registers/person/?add=person.work&where=person.age:gte:60&by=newest", "zhou"),
    ("/registers/household/", "zhou"),
    ("/registers/dwelling/?where=dwelling.tenure:unknown:&by=fresh", "zhou"),
    ("/registers/business/", "zhou"),
    ("/exports/", "zhou"),
    ("/facts/", "zhou"),
    ("/catalogue/", "admin"),
    ("/tags/", "zhou"),
    ("/disputes/", "zhou"),
    ("/places/", "zhou"),
    ("/imports/", "zhou"),
    ("/cases/", "zhou"),
    ("/cases/report", "zhou"),
    ("/cases/figures", "zhou"),
    ("/cases/morning", "zhou"),
    ("/calendar/", "admin"),
    ("/calendar/notice", "admin"),
    ("/no-such-page", ""),
]


def ask(address, user):
    """The answer to one who asks, and how many queries it took."""
    client = Client(raise_request_exception=True)
    if user:
        client.force_login(small_town.account(user))
        client.get("/sign-in")  # the first page of a sign-in notes when it began
        client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(address)
    return answer, len(asked)


@pytest.mark.parametrize(("address", "user"), PAGES)
@pytest.mark.parametrize(("accept", "lang"), [("zh-CN", "zh-Hans"), ("en", "en")])
def test_every_page_has_a_language_a_title_and_one_heading(town, address, user, accept, lang):
    client = Client(headers={"accept-language": accept})
    if user:
        client.force_login(small_town.account(user))
    text = client.get(address).content.decode()
    assert f'<html lang="{lang}"' in text
    title = re.search(r"<title>(.+?) · .+?</title>", text, re.S)
    assert title and title[1].strip()
    assert len(re.findall(r"<h1\b", text)) == 1
    assert 'id="main"' in text and 'class="skip"' in text


def test_the_queries_of_each_page_are_as_recorded(town, golden):
    """UPDATE_GOLDEN=1 records new ones for reviewers to read."""
    counted = {}
    for address, user in PAGES:
        ask(address, user)
        counted[f"{address} {user}".strip()] = ask(address, user)[1]
    golden("query_counts.json", json.dumps(counted, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
