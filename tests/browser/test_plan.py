"""What lies under the map, laid in a browser: an extract by the real worker, a scanned plan held by pins."""

import re
from io import BytesIO

import pytest
from PIL import Image

from .conftest import sign_in
from .small_town import SIDE, SOUTH, TOWN, WEST
from .test_map import drawn, press, until

pytestmark = pytest.mark.browser
AT_ONCE = 3_000_000  # bytes; what is larger waits for the worker
NODE = '<node id="{}" version="1" visible="true" lon="{}" lat="{}"/>'
PLACES = [(0.2, 0.2), (0.8, 0.3), (0.4, 0.8)]  # across and down, of the plan
PINNED = "() => document.querySelector('[data-map]').dataset.pins === 'ready'"


def extract() -> bytes:
    """A street through the small town, in an extract large enough to be left to the worker."""
    nodes = [NODE.format(1, WEST, SOUTH + SIDE), NODE.format(2, WEST + 6 * SIDE, SOUTH + SIDE)]
    tags = '<tag k="highway" v="primary"/><tag k="name" v="人民路"/>'
    street = f'<way id="1" version="1" visible="true"><nd ref="1"/><nd ref="2"/>{tags}</way>'
    padding = f"<!--{'x' * AT_ONCE}-->"
    return f'<?xml version="1.0"?><osm version="0.6">{"".join(nodes)}{street}{padding}</osm>'.encode()


def picture() -> bytes:
    """A plan of 400 by 300 dots."""
    kept = BytesIO()
    Image.new("RGB", (400, 300), "white").save(kept, "PNG")
    return kept.getvalue()


def lay(page, kind: str, name: str, file: str, content: bytes) -> None:
    """The form of the page is filled in and sent."""
    page.goto("/plan")
    page.check(f"input[name=kind][value={kind}]")
    page.set_input_files("#id_files", {"name": file, "mimeType": "application/octet-stream", "buffer": content})
    page.fill("#id_name", name)
    page.fill("#id_area", TOWN)
    page.click("form:has(#id_files) .button")
    page.wait_for_load_state("load")


def laid_scan(page, name: str) -> None:
    """A scanned plan waits for its pins, on the page where they are set."""
    lay(page, "scan", name, "plan.png", picture())
    assert "/pins" in page.url


def lift(page, name: str) -> None:
    """It lies there no more."""
    page.goto("/plan")
    with page.expect_navigation():
        page.click(f"tr:has-text('{name}') [name=lift]")
    assert name not in page.inner_text("#works")


def filled(page) -> list[str]:
    """What stands in the fields of the pins."""
    return page.evaluate("[...document.querySelectorAll('[data-pins] input[type=number]')].map(field => field.value)")


def ground(across: float, down: float) -> tuple[float, float]:
    """Where a place of the plan lies in the small town."""
    return WEST + across * 6 * SIDE, SOUTH + (1 - down) * 2 * SIDE


def test_a_large_extract_is_laid_by_the_worker_while_the_page_looks_on(page_at, worker):
    page = page_at(1440, "zh", "light", user="admin")
    lay(page, "osm", "街道数据", "town.osm", extract())
    assert page.locator("#works progress").count() == 1
    until(page, "() => document.querySelector('#works table')?.innerText.includes('街道数据')")
    assert page.locator("#works progress").count() == 0
    page.goto("/map")
    drawn(page)
    named = """() => document.querySelector("[data-map]").linli.map.queryRenderedFeatures()
        .some((each) => Object.values(each.properties).includes("人民路"))"""
    until(page, named)
    assert page.complaints == []


def test_a_broken_file_says_what_is_wrong_and_is_put_away(page_at, worker):
    page = page_at(390, "zh", "light", user="admin")
    lay(page, "osm", "坏文件", "broken.osm.pbf", b"no extract" * (AT_ONCE // 10 + 1))
    page.locator("#works .plan-refused").wait_for()
    assert "OpenStreetMap" in page.inner_text("#works .plan-refused")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.click("[name=forget]")
    page.wait_for_load_state("load")
    assert "坏文件" not in page.inner_text("#works")


def test_a_plan_is_pinned_by_thumb(page_at):
    page = page_at(390, "zh", "light", user="admin")
    laid_scan(page, "旧图纸")
    page.locator(".map").scroll_into_view_if_needed()
    drawn(page)
    until(page, PINNED)
    for across, down in PLACES:
        page.locator("[data-pin-picture]").scroll_into_view_if_needed()
        box = page.locator("[data-pin-picture] img").bounding_box()
        page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
        page.locator(".map").scroll_into_view_if_needed()
        press(page, *ground(across, down))
    numbers = [float(each) for each in filled(page)]
    for pin, (across, down) in enumerate(PLACES):
        x, y, lon, lat = numbers[4 * pin : 4 * pin + 4]
        assert (x, y) == pytest.approx((400 * across, 300 * down), abs=2)
        assert (lon, lat) == pytest.approx(ground(across, down), abs=SIDE / 20)
    page.click("form[data-pins] .button:not([type=button])")
    page.wait_for_url("**/map*")
    drawn(page)
    assert page.evaluate("document.querySelector('[data-map]').linli.config.plans.some(each => each.corners)")
    said, shown = page.locator("#news .notice").bounding_box(), page.locator(".map").bounding_box()
    assert said["y"] + said["height"] <= shown["y"]  # the map covers nothing of what is said above it
    assert page.complaints == []
    lift(page, "旧图纸")


def test_a_pin_is_set_by_keys_then_by_mouse_and_set_anew(page_at):
    page = page_at(1440, "zh", "light", user="admin")
    laid_scan(page, "用键盘")
    drawn(page)
    until(page, PINNED)
    page.focus("[data-pin-picture]")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.focus(".maplibregl-canvas")
    page.keyboard.press("Enter")
    assert "" not in filled(page)[:4]
    assert float(filled(page)[0]) > 200
    page.click("[data-pin-picture] img", position={"x": 20, "y": 20})
    assert "" not in filled(page)[4:6]
    page.click("[data-pin='1'] [data-pin-clear]")
    assert filled(page)[:4] == [""] * 4
    lift(page, "用键盘")


def test_without_a_script_a_plan_is_pinned_by_numbers(browser, site):
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "admin")
    laid_scan(page, "只用数字")
    for pin, (across, down) in enumerate(PLACES, 1):
        lon, lat = ground(across, down)
        for axis, value in (("x", 400 * across), ("y", 300 * down), ("lon", lon), ("lat", lat)):
            page.get_by_role("group", name=re.compile(f"第 {pin} 点")).locator(f"[name={axis}{pin}]").fill(f"{value}")
    page.click("form[data-pins] .button:not([type=button])")
    page.wait_for_url("**/map*")
    lift(page, "只用数字")
    context.close()


def test_without_a_script_corners_are_typed_one_to_a_line(browser, site):
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "zhou")
    page.goto(f"/areas/{TOWN}001/edit")
    page.check("input[value=cut]")
    page.select_option("#id_area", f"{TOWN}001001")
    page.click("form[data-draw] details summary")
    page.fill("#id_shape", f"{WEST - SIDE}, {SOUTH + SIDE / 2}\n{WEST + 2 * SIDE} {SOUTH + SIDE / 2}")
    page.fill("#id_name", "打字网格")
    page.click("form[data-draw] .button:not([type=button])")
    page.wait_for_load_state("load")
    assert "打字网格" in page.inner_text("main")
    page.click("button[name=undo]")
    page.wait_for_load_state("load")
    assert "打字网格" not in page.inner_text(".area-found")
    context.close()
