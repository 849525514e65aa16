"""Documents name all they are said to: the glossary every table, the index every decision, the front page its files."""

import re
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
OURS = [model for model in apps.get_models() if model.__module__.startswith("linli.")]


def test_the_glossary_has_a_word_for_every_table():
    """By the name its model bears; one line may hold several words."""
    lines = (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines()
    words = {word.strip() for line in lines if line.startswith("| ") for word in line.split("|")[1].split(",")}
    assert sorted({str(model._meta.verbose_name) for model in OURS} - words) == []


def test_a_word_of_the_glossary_is_entered_once():
    lines = (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines()
    words = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    assert [word for word in set(words) if words.count(word) > 1] == []


def test_the_index_of_decisions_names_each_by_its_title():
    told = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    for page in sorted((ROOT / "docs" / "adr").glob("0*.md")):
        title = page.read_text("utf-8").splitlines()[0].removeprefix("# ")
        assert f"- [{title}]({page.name})" in told, page.name


def test_what_the_front_page_leads_to_is_there():
    text = (ROOT / "README.md").read_text("utf-8")
    named = [*re.findall(r"\]\(([^)#:]+)\)", text), *re.findall(r"`((?:docs/|[A-Z]+\.md)[\w./-]*)`", text)]
    assert len(named) > 5 and [path for path in named if not (ROOT / path).exists()] == []
