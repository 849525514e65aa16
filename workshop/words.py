"""The words of pages and refusals: every sentence that is shown has a Chinese one. `--fix` merges what rooms left.

English stands in the code and is its own translation; `linli/locale/zh_Hans` holds the Chinese, once. What is left in
`linli/locale/pieces/NAME.po` is taken into the catalogue by `--fix`, sorted; it also forgets what nobody says any more.
Needs no GNU gettext: Python is read by its own parser, templates by Django's.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "linli" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PIECES = ROOT / "linli" / "locale" / "pieces"

# How many of a call's arguments are words, and whether the first is their context.
CALLS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], (1, False)),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (2, False)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], (1, True)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], (2, True)),
}
CALL = re.compile(r"\b(_|n?p?gettext(?:_lazy|_noop)?)\(")
FACT = re.compile(r"%\((\w+)\)[sd]")

# Context, words, words for many.
Words = tuple[str, str, str]


def main(options: list[str]) -> int:
    """Print every fault; 0 when there is none."""
    catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else empty()
    wanted = shown()
    if "--fix" in options:
        merge(catalogue, wanted)
    told = faults(catalogue, wanted)
    print("\n".join(told) or f"{len(wanted)} sentences, all in both languages")
    return bool(told)


# -- what is shown ---------------------------------------------------------------------------------


def shown() -> dict[Words, str]:
    """Every sentence marked for translation, with the file it stands in."""
    found: dict[Words, str] = {}
    for path in sorted((ROOT / "linli").rglob("*.py")):
        found.update(dict.fromkeys(in_python(path.read_text("utf-8")), str(path.relative_to(ROOT))))
    for path in sorted((ROOT / "linli").rglob("templates/**/*.*")):
        found.update(dict.fromkeys(in_template(path.read_text("utf-8")), str(path.relative_to(ROOT))))
    return found


def in_python(source: str) -> Iterator[Words]:
    """
    >>> list(in_python('_("Plain"); ngettext("%(n)s home", "%(n)s homes", n); pgettext("street", "Lane")'))
    [('', 'Plain', ''), ('', '%(n)s home', '%(n)s homes'), ('street', 'Lane', '')]
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            yield from words_of(name, texts)


def in_template(source: str) -> Iterator[Words]:
    """
    >>> list(in_template('{% load i18n %}<p>{% translate "Sign in" %}</p>'))
    [('', 'Sign in', '')]
    """
    text = templatize(source)
    for match in CALL.finditer(text):
        strings = re.match(
            r"(?:\s*u?('''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")\s*,?)+",
            text[match.end() :],
            re.S,
        )
        if strings:
            tuple_ = ast.literal_eval(f"({strings[0].rstrip().rstrip(',')},)")
            yield from words_of(match[1], list(tuple_))


def words_of(name: str, texts: list[str]) -> Iterator[Words]:
    count, context = CALLS.get(name, (0, False))
    if count and len(texts) >= count + context:
        first, *rest = texts[context : context + count]
        yield texts[0] if context else "", first, rest[0] if rest else ""


# -- what is translated ----------------------------------------------------------------------------


def faults(catalogue: polib.POFile, wanted: dict[Words, str]) -> list[str]:
    """What is shown without a finished Chinese sentence, or with one that loses or invents a fact."""
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not entry.obsolete}
    told = []
    for (context, words, _many), place in sorted(wanted.items()):
        entry = known.get((context, words))
        if entry is None or not entry.translated():
            told.append(f"{place}: no Chinese for {words!r}")
    return told + [f"zh_Hans: facts differ in {entry.msgid!r}" for entry in known.values() if bent(entry)]


def bent(entry: polib.POEntry) -> bool:
    """Whether the Chinese names other facts than the English."""
    texts = [entry.msgstr] if entry.msgstr else list(entry.msgstr_plural.values())
    asked = set(FACT.findall(entry.msgid)) | set(FACT.findall(entry.msgid_plural or ""))
    return any(text and set(FACT.findall(text)) != asked for text in texts)


def merge(catalogue: polib.POFile, wanted: dict[Words, str]) -> None:
    """The catalogue holds the pieces' entries too, sorted, and only what is said; the pieces are gone."""
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not entry.obsolete}
    for piece in sorted(PIECES.glob("*.po")):
        for entry in polib.pofile(str(piece)):
            if entry.translated() and not entry.fuzzy:
                known[entry.msgctxt or "", entry.msgid] = entry
    said = {(context, words) for context, words, _many in wanted}
    catalogue[:] = [known[key] for key in sorted(known) if key in said]
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    for piece in PIECES.glob("*.po"):
        piece.unlink()


def empty() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    sys.exit(main(sys.argv[1:]))
