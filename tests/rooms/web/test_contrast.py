"""Colours: every text reads on every ground it may stand on, in both themes, computed from tokens.css itself."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

STYLES = [Path(finders.find(f"linli/{name}.css")) for name in ("tokens", "base", "layout", "components")]
GROUNDS = ["paper", "surface", "sunken"]
TEXTS = ["ink", "ink-2", "accent", "accent-2", "ok-ink", "soon-ink", "late-ink", "paused-ink"]
SHAPES = ["line-2", "accent", "focus", "ok", "soon", "late", "paused"]
# A text on a ground of its own.
PAIRS = [
    ("on-accent", "accent"),
    ("on-accent", "accent-2"),
    ("accent", "accent-soft"),
    *((text, f"{name}-soft") for name in ("accent", "ok", "soon", "late", "paused") for text in ("ink", "ink-2")),
    *((f"{name}-ink", f"{name}-soft") for name in ("ok", "soon", "late", "paused")),
]
GROUND_OF = {ground: set(TEXTS) for ground in GROUNDS}
for text_, ground_ in PAIRS:
    GROUND_OF.setdefault(ground_, set()).add(text_)


def block(selector):
    """The colours that a block of tokens.css declares."""
    css = STYLES[0].read_text("utf-8")
    body = css[css.index(selector + " {") :]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body[: body.index("}")]))


THEMES = {"light": block(":root"), "dark": block(':root[data-theme="dark"]')}


def luminance(colour):
    """WCAG 2.2: relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG 2.2: contrast ratio.

    >>> round(contrast("#000000", "#ffffff"), 1), round(contrast("#767676", "#ffffff"), 2)
    (21.0, 4.54)
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def short(theme, pairs, least):
    """The pairs that fall below, with their ratio."""
    ratios = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in pairs}
    return {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least}


@pytest.mark.parametrize("theme", THEMES)
def test_texts_read_on_every_ground(theme):
    assert short(THEMES[theme], [*product(TEXTS, GROUNDS), *PAIRS], 4.5) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_and_control_borders_stand_out(theme):
    assert short(THEMES[theme], product(SHAPES, GROUNDS), 3) == {}


def test_dark_by_hand_and_dark_by_the_system_are_the_same():
    assert block(":root:not([data-theme])") == THEMES["dark"]
    assert THEMES["dark"].keys() == THEMES["light"].keys()


@pytest.mark.parametrize("path", STYLES[1:], ids=lambda path: path.stem)
def test_no_style_but_the_tokens_names_a_colour(path):
    css = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    values = " ".join(value for _, value in declarations(css))
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|white|black|red|grey|gray)\b", values) == []


@pytest.mark.parametrize("path", STYLES[1:], ids=lambda path: path.stem)
def test_who_sets_a_ground_sets_a_text_that_reads_on_it(path):
    """So that the pairs above are all there are: a rule with a background names its colour, and it is a tested one."""
    css = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    wrong = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        told = dict(declarations(f"{{{body}}}"))
        ground = re.fullmatch(r"var\(--([\w-]+)\)", told.get("background", ""))
        text = re.fullmatch(r"var\(--([\w-]+)\)", told.get("color", ""))
        if text and text[1] not in {*TEXTS, "on-accent"}:
            wrong.append((selector.strip(), "colour", text[1]))
        if ground and not shape(selector) and (not text or text[1] not in GROUND_OF.get(ground[1], ())):
            wrong.append((selector.strip(), ground[1], text and text[1]))
    assert wrong == []


def declarations(css):
    """Every `name: value` of a style sheet."""
    return re.findall(r"[{;]\s*([\w-]+)\s*:\s*([^;{}]+)", css)


def shape(selector):
    """Whether a rule paints something that holds no text."""
    return "::before" in selector or "progress" in selector or "places-nav" in selector


def test_the_styles_stay_small():
    """40 KB before compression, all of them together."""
    assert sum(path.stat().st_size for path in STYLES) <= 40_000
