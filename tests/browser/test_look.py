"""Every page of the house as a browser shows it: nothing overflows, nothing complains, axe finds nothing grave."""

import pytest

pytestmark = pytest.mark.browser

PUBLIC = ["/", "/sign-in", "/areas/", "/no-such-page"]
SIGNED_IN = ["/", "/areas/", "/plan", "/people/", "/journal/", "/no-such-page"]
LOOKS = [(1440, "zh", "light"), (390, "zh", "dark"), (1440, "en", "dark"), (390, "en", "light")]


@pytest.mark.parametrize(("width", "language", "theme"), LOOKS)
@pytest.mark.parametrize(("user", "paths"), [("", PUBLIC), ("admin", SIGNED_IN)])
def test_axe_finds_nothing_grave(page_at, axe, width, language, theme, user, paths):
    page = page_at(width, language, theme, user=user, bypass_csp=True)
    found = {}
    for path in paths:
        page.goto(path)
        found[path] = axe(page)
    assert found == {path: [] for path in paths}


@pytest.mark.parametrize(("user", "paths"), [("", PUBLIC), ("admin", SIGNED_IN)])
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_no_page_scrolls_sideways(page_at, width, user, paths):
    page = page_at(width, "zh", "light", user=user)
    wide = {}
    for path in paths:
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
    assert wide == dict.fromkeys(paths, width)


@pytest.mark.parametrize(("user", "paths"), [("", PUBLIC[:-1]), ("admin", SIGNED_IN[:-1])])
def test_the_policy_and_the_console_have_nothing_to_say(page_at, user, paths):
    page = page_at(1440, "zh", "light", user=user)
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert page.complaints == []


def test_large_print_still_fits_a_phone(page_at):
    page = page_at(390, "en", "light", user="admin")
    page.goto("/")
    page.click("details.menu:has([name=print]) > summary")
    page.click("[name=print][value=large]")
    assert page.evaluate("document.documentElement.dataset.print") == "large"
    for path in SIGNED_IN:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path


def test_the_chosen_theme_comes_with_the_page_itself(page_at):
    page = page_at(1440, "en", "light")
    page.goto("/")
    page.click("details.menu:has([name=theme]) > summary")
    page.click("[name=theme][value=dark]")
    assert 'data-theme="dark"' in page.request.get("/").text()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
