"""Code sets (代码集): national lists and our own, as data with their standard. Codes are stored, names shown."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data") / "codes.toml"


@dataclass(frozen=True)
class CodeSet:
    """One list: what each code is called in both languages, and the other words that mean it in spreadsheets."""

    name: str
    standard: str
    status: str
    chinese: dict[str, str]
    english: dict[str, str]
    words: dict[str, str]

    def label(self, code: str, language: str = "zh-hans") -> str:
        """The name of a code; a code that is on no list is shown as it is.

        >>> codeset("sex").label("1"), codeset("sex").label("1", "en"), codeset("sex").label("7")
        ('男', 'male', '7')
        """
        return (self.chinese if language.startswith("zh") else self.english).get(code, code)

    def read(self, text: str) -> str | None:
        """The code that is meant, from a code, a name or another usual word; None where none is.

        >>> codeset("relation").read("户主"), codeset("nation").read("土家"), codeset("sex").read("先生")
        ('01', '15', None)
        """
        asked = text.strip()
        return asked if asked in self.chinese else self.words.get(asked.casefold())


@cache
def codesets() -> dict[str, CodeSet]:
    """Every code set by name."""
    return {name: _read(name, given) for name, given in tomllib.loads(DATA.read_text("utf-8")).items()}


def codeset(name: str) -> CodeSet:
    """The code set of this name, that of an extra item among them once the item was read."""
    return codesets().get(name) or _OF_ITEMS[name]


_OF_ITEMS: dict[str, CodeSet] = {}


def keep(name: str, choices: list[list[str]]) -> None:
    """The choices of an extra item are a code set: code, Chinese and English name of each."""
    codes: dict[str, object] = {code: [chinese, english or chinese] for code, chinese, english in choices}
    _OF_ITEMS[name] = _read(name, {"standard": "数据项", "status": "local", "codes": codes})


def _read(name: str, given: dict[str, object]) -> CodeSet:
    codes: dict[str, list[str]] = given["codes"]  # type: ignore[assignment]
    words = {word.casefold(): code for code, names in codes.items() for word in names}
    return CodeSet(
        name=name,
        standard=str(given["standard"]),
        status=str(given["status"]),
        chinese={code: names[0] for code, names in codes.items()},
        english={code: names[1] for code, names in codes.items()},
        words=words,
    )
