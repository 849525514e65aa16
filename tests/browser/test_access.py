"""Walks by keyboard and by thumb: signing in, finding the way, signing out."""

import pytest

from .small_town import PASSWORD

pytestmark = pytest.mark.browser


def test_a_keyboard_skips_to_the_content(page_at):
    page = page_at(1440, "en")
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_keyboard_alone_signs_in_and_out(page_at):
    page = page_at(1440, "en")
    page.goto("/sign-in?next=/areas/")
    page.focus("[name=sign_in_name]")
    page.keyboard.type("zhou")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/areas/")
    page.focus("details.menu:has([action='/sign-out']) > summary")
    page.keyboard.press("Enter")
    page.focus("[action='/sign-out'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("a[href='/sign-in']")


def test_what_was_wrong_with_a_form_takes_the_focus(page_at):
    page = page_at(390, "zh")
    page.goto("/sign-in")
    page.fill("[name=sign_in_name]", "zhou")
    page.fill("[name=password]", "no")
    page.keyboard.press("Enter")
    page.wait_for_selector("#errors")
    assert page.evaluate("document.activeElement.id") == "errors"


@pytest.mark.parametrize("user", ["", "admin"])
@pytest.mark.parametrize(("width", "least"), [(390, 44), (1440, 24)])
def test_targets_are_large_enough_for_a_thumb_or_a_pointer(page_at, user, width, least):
    page = page_at(width, "zh", user=user)
    small = {}
    for path in ("/", "/sign-in", "/areas/"):
        page.goto(path)
        found = page.evaluate(
            """least => [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea')]
            .filter(one => one.checkVisibility() && !one.closest('.skip, p, .unseen, .maplibregl-ctrl-attrib'))
            .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
            .filter(([, box]) => box.width && box.height < least - 0.5 || box.width < least - 0.5)
            .map(([html, box]) => html + ' ' + box.width + ' × ' + box.height)""",
            least,
        )
        if found:
            small[path] = found
    assert small == {}
