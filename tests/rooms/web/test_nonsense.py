"""Nonsense that is sent is refused or found nowhere, on every database: no page breaks over it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.test_addresses import SAYS
from tests.browser import small_town

NONE = "\0"
HUGE = "9" * 30
PAGES = [
    "/", "/sign-in", "/people/", "/people/invite", "/teams/", "/roster/", "/inbox/", "/journal/", "/security/",
    "/cases/", "/cases/figures", "/cases/morning", "/cases/report", "/registers/person/", "/disputes/", "/imports/",
    "/likenesses/", "/calendar/", "/areas/", "/areas/search", "/catalogue/", "/exports/",
]  # fmt: skip


@pytest.fixture
def town(db):
    small_town.lay()


@pytest.fixture
def browser(town):
    client = Client()
    client.force_login(small_town.account("admin"))
    return client


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("said", [NONE, f"a{NONE}b", HUGE, "-1", "²", "\ud800"], ids=ascii)
def test_no_page_breaks_over_what_stands_in_its_address(browser, page, said):
    words = dict.fromkeys(SAYS, said.encode("utf-8", "surrogatepass"))
    assert browser.get(page, words).status_code < 500


@pytest.mark.parametrize("said", [NONE, f"a{NONE}b", "x" * 5000], ids=ascii)
@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("/sign-in", ["sign_in_name", "password", "next"]),
        ("/people/invite", ["name", "account", "role", "area", "title", "since"]),
        ("/me/act-as", ["post"]),
        ("/roster/", ["post", "begins_at", "ends_at"]),
        ("/inbox/read", ["up_to"]),
        (
            "/cases/report",
            ["summary", "area", "place", "category", "details", "source_ref", "raiser_name", "raiser_phone"],
        ),
        ("/cases/give", ["case", "target", "reason"]),
        ("/registers/", ["q"]),
        ("/registers/person/ask", ["where", "tag", "area", "do", "value", "fact-added", "sign"]),
        ("/registers/person/export", ["where", "area", "why", "form"]),
        ("/registers/person/notice", ["title", "purpose", "until", "area"]),
        ("/teams/shapes/", ["known"]),
        ("/bureaus/", ["name", "source"]),
        ("/calendar/hours", ["bureau", "since", "source"]),
    ],
)
def test_no_form_breaks_over_what_is_sent(browser, page, names, said):
    assert browser.post(page, dict.fromkeys(names, said)).status_code < 500


@pytest.mark.parametrize("name", ["leave-end", "roster-hand-over", "roster-take-off", "likeness", "sign-in-end"])
def test_a_number_larger_than_any_is_nowhere(browser, name):
    address = reverse(name, args=[int(HUGE)])
    assert {browser.get(address).status_code, browser.post(address).status_code} <= {400, 404, 405}


def test_what_is_no_text_is_refused_before_anything_is_asked(browser):
    assert browser.get("/people/", {"q": NONE}).status_code == 400
    assert browser.get(f"/accounts/{NONE}/second-factor/reset").status_code == 400
    told = browser.post("/me/act-as", {"post": NONE})
    assert told.status_code == 400 and "request.no-text" in told.content.decode()
