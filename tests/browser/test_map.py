"""The map in a browser: drawn with no outside help, worked by mouse, keyboard and thumb; and the list without it."""

import time

import pytest

from .small_town import SIDE, SOUTH, TOWN, WEST

pytestmark = pytest.mark.browser
COMMUNITY = f"{TOWN}001"
READY = """() => [...document.querySelectorAll("[data-map]")].every((root) =>
  root.dataset.state === "failed" || (root.linli && root.linli.map.loaded() && root.linli.map.areTilesLoaded()))"""


def drawn(page) -> None:
    """Until every map of the page is whole."""
    until(page, READY)


def until(page, words: str) -> None:
    """Until the page says yes; the strict policy forbids Playwright's own waiting for words."""
    for _ in range(300):
        if page.evaluate(words):
            return
        time.sleep(0.1)
    raise AssertionError(words)


def things(page) -> int:
    """How many things stand on the map."""
    return page.evaluate("""() => { const {map} = document.querySelector("[data-map]").linli;
        return map.queryRenderedFeatures().length }""")


def press(page, lon: float, lat: float) -> None:
    """A click on a place of the map."""
    x, y = page.evaluate(
        """([lon, lat]) => { const {map} = document.querySelector("[data-map]").linli;
        const box = map.getCanvas().getBoundingClientRect(), at = map.project([lon, lat]);
        return [box.x + at.x, box.y + at.y] }""",
        [lon, lat],
    )
    page.mouse.move(x, y)
    page.mouse.click(x, y)


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_map_is_drawn_with_no_complaint_and_no_other_host(page_at, site, width, theme):
    page = page_at(width, "zh", theme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/map")
    drawn(page)
    assert things(page) > 10
    assert page.complaints == []
    assert [url for url in asked if not url.startswith(site)] == []
    assert any("/tiles/areas/" in url for url in asked)


def test_touching_an_area_says_what_it_is(page_at):
    page = page_at(390, "zh", "light")
    page.goto("/map")
    drawn(page)
    press(page, WEST + SIDE / 2, SOUTH + SIDE / 2)
    card = page.locator("[data-map-card]")
    card.wait_for(state="visible")
    assert "500199" in card.inner_text()
    shut = card.locator("button").bounding_box()
    assert min(shut["width"], shut["height"]) >= 44
    page.keyboard.press("Escape")


def test_the_keyboard_moves_the_map_and_asks_about_its_middle(page_at):
    page = page_at(1440, "zh", "light")
    page.goto("/map")
    drawn(page)
    page.focus(".maplibregl-canvas")
    zoom = "document.querySelector('[data-map]').linli.map.getZoom()"
    before = page.evaluate(zoom)
    page.keyboard.press("+")
    until(page, f"() => {zoom} > {before} + 0.5")
    drawn(page)
    page.keyboard.press("Enter")
    page.locator("[data-map-card]").wait_for(state="visible")
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_the_map_follows_the_theme(page_at):
    page = page_at(1440, "zh", "light")
    page.goto("/map")
    drawn(page)
    land = "() => document.querySelector('[data-map]').linli.map.getPaintProperty('land', 'background-color')"
    light = page.evaluate(land)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    until(page, f"() => ({land})() !== '{light}'")
    assert page.complaints == []


def test_levels_are_switched_in_the_legend(page_at):
    page = page_at(1440, "zh", "light")
    page.goto("/map")
    drawn(page)
    page.click(".map-legend > summary")
    page.uncheck("[data-map-level='5']")
    seen = "document.querySelector('[data-map]').linli.map.getLayoutProperty('area-line-5', 'visibility')"
    assert page.evaluate(seen) == "none"


def test_without_a_script_there_is_a_list(browser, site):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/map")
    page.click(".map-list > summary")
    assert page.locator(".map-list a").first.is_visible()
    context.close()


def test_a_grid_is_cut_by_mouse_and_that_is_undone_by_a_form(page_at):
    page = page_at(1440, "zh", "light", user="zhou")
    page.goto(f"/areas/{COMMUNITY}/edit")
    drawn(page)
    until(page, "() => document.querySelector('[data-map]').dataset.draw === 'ready'")
    page.check("input[value=cut]")
    page.select_option("#id_area", f"{COMMUNITY}001")
    press(page, WEST - SIDE / 6, SOUTH + SIDE / 3)
    press(page, WEST + SIDE, SOUTH + SIDE / 3)
    page.focus(".maplibregl-canvas")
    page.keyboard.press("Enter")
    assert "LineString" in page.input_value("#id_shape")
    page.fill("#id_name", "新网格")
    page.click("form[data-draw] .button:not([type=button])")
    page.wait_for_load_state("load")
    assert "新网格" in page.inner_text("main")
    page.click("button[name=undo]")
    page.wait_for_load_state("load")
    assert page.locator(".area-found li").count() == 4
    assert page.complaints == []


def test_a_corner_near_a_border_is_drawn_onto_it(page_at):
    page = page_at(1440, "zh", "light", user="zhou")
    page.goto(f"/areas/{COMMUNITY}/edit")
    drawn(page)
    until(page, "() => document.querySelector('[data-map]').dataset.draw === 'ready'")
    hair = SIDE / 100
    for column, row in ((0, 0), (1, 0), (1, 1)):
        press(page, WEST + column * SIDE + hair, SOUTH + row * SIDE - hair)
    page.focus(".maplibregl-canvas")
    page.keyboard.press("Enter")
    corners = page.evaluate("JSON.parse(document.querySelector('#id_shape').value).coordinates[0]")
    expected = [(WEST, SOUTH), (WEST + SIDE, SOUTH), (WEST + SIDE, SOUTH + SIDE), (WEST, SOUTH)]
    assert [(round(x, 7), round(y, 7)) for x, y in corners] == [(round(x, 7), round(y, 7)) for x, y in expected]
