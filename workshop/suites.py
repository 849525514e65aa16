"""The suites of tests: `start.py test [--outside | --browser | --office | --bundle | --soak | --postgres URL] …`.

Without a word it is the quick suite: everything that needs nothing but this checkout, on SQLite, on all cores.
On PostgreSQL it is the same suite without what asks no database, or an SQLite of its own: that would be told twice.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
OUTSIDE = HERE.parent / "shared" / "data"
# Beside the long fault tests, a soak tries every property on many examples; with LINLI_SOAK_SECONDS those of the
# quick suite are enough.
SOAK, SHORT_SOAK = "soak or (hypothesis and not outside and not browser and not office and not bundle)", "soak"
QUICK = "not outside and not browser and not office and not soak and not bundle"
BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]

NO_OUTSIDE = f"""\
The outside suite reads real inputs from {OUTSIDE}, which is not here: nothing was tested.
外部数据套件读取 {OUTSIDE} 中的真实数据，此文件夹不存在：没有运行任何测试。
Next: put the folder beside the checkout (CONTRIBUTING says what is in it) and run this again."""

NO_BROWSER = """\
The browser suite drives Chromium, and none was found: nothing was tested.
浏览器套件需要 Chromium，本机没有找到：没有运行任何测试。
Next: `apt install chromium fonts-noto-cjk`, or name one in LINLI_CHROMIUM, and run this again."""

NO_OFFICE = """\
The office suite opens our workbooks in LibreOffice, and it was not found: nothing was tested.
办公软件套件用 LibreOffice 打开导出的表格，本机没有找到：没有运行任何测试。
Next: `apt install libreoffice-calc`, or name its soffice in LINLI_OFFICE, and run this again."""


def main(words: list[str]) -> int:
    """Run the suite that was asked for; the exit code is pytest's, 2 when the machine cannot run it."""
    suite, options, on_postgres = "quick", list(words), False
    for name in ("outside", "browser", "office", "bundle", "soak"):
        if f"--{name}" in options:
            options.remove(f"--{name}")
            suite = name
    if "--postgres" in options:
        at = options.index("--postgres")
        if at + 1 == len(options):
            return refuse("--postgres needs the address of a database: postgres://user@host:port/name")
        os.environ["LINLI_DATABASE_URL"] = options[at + 1]
        del options[at : at + 2]
        on_postgres = True
    if lack := lacking(suite):
        return refuse(lack)
    named = any(Path(option.split("::")[0]).exists() for option in options)
    short = "LINLI_SOAK_SECONDS" in os.environ
    if suite == "soak" and not short:
        os.environ.setdefault("LINLI_EXAMPLES", "thorough")
    # The examples in the program's own files belong to the quick suite.
    where = [] if named or suite == "quick" else ["tests"]
    marks = {"quick": QUICK, "soak": SHORT_SOAK if short else SOAK}.get(suite, suite)
    marks = f"({marks}) and database" if on_postgres else marks
    return pytest.main([*cores(suite, options), "-m", marks, *options, *where])


def lacking(suite: str) -> str:
    """What to say where the machine has not what a suite needs; empty where it has."""
    if suite == "outside" and not OUTSIDE.is_dir():
        return NO_OUTSIDE
    if suite == "browser" and not find_browser():
        return NO_BROWSER
    if suite == "office" and not (os.environ.get("LINLI_OFFICE") or shutil.which("soffice")):
        return NO_OFFICE
    return ""


def cores(suite: str, options: list[str]) -> list[str]:
    """The quick suite uses every core; a browser, a soak and an installer each want the machine to themselves."""
    chosen = any(option.startswith(("-n", "--numprocesses", "--pdb")) for option in options)
    return ["-n", "auto"] if suite in ("quick", "outside") and not chosen else []


def find_browser() -> str:
    """The path of a Chromium, also left in LINLI_CHROMIUM for the tests; empty when there is none."""
    named = os.environ.get("LINLI_CHROMIUM")
    names = [named] if named else [*BROWSERS, shutil.which("chromium"), shutil.which("google-chrome")]
    found = next((name for name in names if name and Path(name).exists()), "")
    os.environ["LINLI_CHROMIUM"] = found
    return found


def refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 2


if __name__ == "__main__":
    os.chdir(HERE)
    sys.exit(main(sys.argv[1:]))
