"""Words: every sentence in both languages, punctuated as its language is, calm, and marked so that it can be found."""

import ast
import re
import unicodedata
from pathlib import Path

import polib
import pytest

from workshop import words

ROOT = Path(__file__).resolve().parents[2]
SHOWN = sorted(words.shown().items())
CATALOGUE = [entry for entry in polib.pofile(str(words.CATALOGUE)) if not entry.obsolete]
SOURCES = sorted(path for path in (ROOT / "linli").rglob("*.py") if "migrations" not in path.parts)

HAN = r"[\u4e00-\u9fff]"
# Half-width marks beside a Han sign; a colon or comma between figures and Latin words is their own affair.
HALF = re.compile(rf"{HAN}[,;:?!()]|[,;?!(){{}}]{HAN}|{HAN}\.(\s|$)|\.\.\.|--(?!\w)|\"")
LOUD = re.compile(r"[!！]|请稍候|请稍等|亲，|please wait", re.I)
TITLED = re.compile(r"^(?:[A-Z][a-z]+ ){1,}[A-Z][a-z]+\b")
NAMES = {"Linli", "Chinese", "English", "Ctrl", "Enter", "Arrow"}
LOOSE = re.compile(r"%(?!\(\w+\)s|%|\s|$)|\{\w*\}")


def chinese(entry):
    return [entry.msgstr] if entry.msgstr else list(entry.msgstr_plural.values())


def test_every_sentence_is_there_in_chinese_with_the_same_facts():
    assert words.faults(polib.pofile(str(words.CATALOGUE)), dict(SHOWN)) == []


def test_the_catalogue_holds_no_fuzzy_and_no_forgotten_sentence():
    shown = {(context, text) for (context, text, _), _ in SHOWN}
    assert [entry.msgid for entry in CATALOGUE if entry.fuzzy] == []
    assert [entry.msgid for entry in CATALOGUE if (entry.msgctxt or "", entry.msgid) not in shown] == []


def test_chinese_is_punctuated_in_full_width():
    assert [text for entry in CATALOGUE for text in chinese(entry) if HALF.search(plain(text))] == []


def test_chinese_has_no_typed_space_between_han_signs():
    """Spaces between Han and Latin are left to the style sheet where they matter, and never stand between Han."""
    assert [text for entry in CATALOGUE for text in chinese(entry) if re.search(rf"{HAN} +{HAN}", text)] == []


def test_no_sentence_shouts_or_smiles():
    texts = [(text, many) for (_, text, many), _ in SHOWN]
    both = [*(each for pair in texts for each in pair), *(text for entry in CATALOGUE for text in chinese(entry))]
    assert [text for text in both if LOUD.search(text) or any(smiles(sign) for sign in text)] == []


def test_english_is_in_sentence_case():
    found = [text for (_, text, _), _ in SHOWN if TITLED.match(text)]
    assert [text for text in found if not NAMES & set(re.findall(r"\w+", TITLED.match(text)[0]))] == []


def test_facts_stand_in_sentences_by_name():
    assert {text: place for (_, text, _), place in SHOWN if LOOSE.search(text)} == {}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_put_together_before_it_is_translated(path):
    assert list(built(path.read_text("utf-8"))) == []


def built(source):
    """Arguments of gettext that are no plain sentence: an f-string, a sum, a filled template."""
    for node in ast.walk(ast.parse(source)):
        name = isinstance(node, ast.Call) and (getattr(node.func, "id", None) or getattr(node.func, "attr", ""))
        if name in words.CALLS:
            yield from (ast.unparse(each) for each in node.args[:1] if isinstance(each, ast.JoinedStr | ast.BinOp))


def smiles(sign):
    """Whether a sign is a picture: arrows and dashes are not, emoji are."""
    return (unicodedata.category(sign) == "So" and sign not in "×°⌘℃") or ord(sign) >= 0x1F000


def plain(text):
    """Without what is not prose: facts, tags, commands, addresses."""
    return re.sub(r"%\(\w+\)s|<[^>]+>|`[^`]*`|https?://\S+|[A-Za-z_]+\([^)]*\)", "A", text)


@pytest.mark.parametrize(
    ("text", "sin"),
    [
        ("你好,世界", HALF),
        ("请登录:", HALF),
        ("完成了!", LOUD),
        ("请稍候", LOUD),
        ("Sign In", TITLED),
        ("%s rows", LOOSE),
    ],
)
def test_each_sin_is_seen(text, sin):
    assert sin.search(text)


def test_a_built_sentence_is_seen():
    assert list(built('_(f"{n} rows"); _("a" + b); gettext("%(n)s" % n); _("plain")')) == [
        "f'{n} rows'",
        "'a' + b",
        "'%(n)s' % n",
    ]
