"""Form, templates, floors, types, tables, words, handbook, locks, addresses: `start.py check [--fix]`.

Every check is made even when one fails; the exit code is how many failed. `--fix` also mends what a program can:
the form of Python, the merging of translations, the handbook.
"""

import concurrent.futures
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
RUN, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"


@dataclass(frozen=True)
class Check:
    """What is held, and how it is asked: a module's command line, or a function that lists faults."""

    name: str
    ask: list[str] | Callable[[], Iterable[str]]
    mend: list[str] | None = None


def checks() -> list[Check]:
    return [
        Check("form", ["ruff", "format", "--check", "--quiet", "."], ["ruff", "format", "--quiet", "."]),
        Check("lint", ["ruff", "check", "--quiet", "."], ["ruff", "check", "--quiet", "--fix", "."]),
        Check("templates", ["djlint", "linli", "--lint", "--quiet"]),
        Check("floors", ["importlinter.cli"]),
        Check("types", ["mypy", "--no-error-summary"]),
        Check("tables", ["linli.site.command", "makemigrations", "--check", "--dry-run", "--verbosity", "0"]),
        Check("words", ["workshop.words"], ["workshop.words", "--fix"]),
        Check("handbook", ["workshop.handbook", "--check"], ["workshop.handbook"]),
        Check("locks", lock_faults),
        Check("addresses", address_faults),
        Check("ignored", ignored),
    ]


def main(options: list[str]) -> int:
    """Make every check and say how each went; returns how many failed."""
    began = time.monotonic()
    for check in checks() if "--fix" in options else []:
        if check.mend:
            print(*filter(None, run(check.mend)[1:]), end="")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        failed = sum([report(*outcome) for outcome in pool.map(made, checks())])
    verdict = f"{failed} of {len(checks())} checks failed" if failed else f"all {len(checks())} checks hold"
    print(f"{verdict} ({time.monotonic() - began:.0f} s)")
    return failed


def made(check: Check) -> tuple[str, float, bool, str]:
    """The check's name, seconds, whether it held, and what it said."""
    began = time.monotonic()
    if callable(check.ask):
        said = "\n".join(check.ask())
        held = not said
    else:
        code, said = run(check.ask)
        held = code == 0
    return check.name, time.monotonic() - began, held, said


def run(command: list[str]) -> tuple[int, str]:
    # The linter of imports has no module to run of its own.
    start = ["-c", "import importlinter.cli as c; c.lint_imports_command()"] if "." in command[0] else []
    start = start if command[0].startswith("importlinter") else ["-m", *command]
    done = subprocess.run(
        [sys.executable, *start], cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    return done.returncode, done.stdout + done.stderr


def report(name: str, seconds: float, held: bool, said: str) -> bool:
    """Print one line, and under it what a failed check said; whether it failed."""
    print(f"{'ok  ' if held else 'FAIL'}  {name:<10} {seconds:5.1f} s", flush=True)
    if not held:
        print("\n".join("        " + line for line in said.strip().splitlines()[-60:]), flush=True)
    return not held


# -- locks -----------------------------------------------------------------------------------------


def lock_faults() -> list[str]:
    """Whether both locks hold every direct dependency at a version it allows, hashed, and agree; asks no network."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"]
    run_lock, dev_lock = pinned(RUN), pinned(DEV)
    faults = [*unmet(wanted, run_lock, RUN.name)]
    faults += unmet([*wanted, *project["dependency-groups"]["dev"]], dev_lock, DEV.name)
    faults += [
        f"{DEV.name}: {name} is {dev_lock.get(name)}, in {RUN.name} {versions}"
        for name, versions in run_lock.items()
        if dev_lock.get(name) != versions
    ]
    return faults + [f"{lock.name}: {name}" for lock in (RUN, DEV) for name in unhashed(lock)]


def pinned(lock: Path) -> dict[str, set[str]]:
    """Package to the versions it is pinned at (one for each range of Pythons)."""
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE):
        pins.setdefault(canonicalize_name(name), set()).add(version)
    return pins


def unmet(wanted: list[str], pins: dict[str, set[str]], lock: str) -> Iterable[str]:
    for line in wanted:
        requirement = Requirement(line)
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not versions:
            yield f"{lock}: {requirement.name} is not in it"
        for version in versions:
            if Version(version) not in requirement.specifier:
                yield f"{lock}: {requirement.name} {version} is not {requirement.specifier}"


def unhashed(lock: Path) -> list[str]:
    entries = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())
    return [f"{entry.split()[0]} has no hash" for entry in entries if "--hash=sha256:" not in entry]


# -- addresses -------------------------------------------------------------------------------------

# Where packages are fetched from is each machine's own business, and so is where the checkout lies.
REGISTRY = re.compile(r"https?://[^/\s\"'`]*(registry|pypi|pythonhosted|npm|mirror)[^\s\"'`]*", re.IGNORECASE)
FETCHED = re.compile(r"\"resolved\"\s*:|^\s*(--)?(extra-)?index-url|^registry\s*=", re.MULTILINE)
MACHINE = re.compile(r"(?<![\w.$}~*-])/(work|root|home/\w+)/[\w.-]+")


def address_faults() -> list[str]:
    """Tracked files that name a package registry's address or a folder of somebody's machine."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    faults = []
    for name in filter(None, listed.decode().split("\0")):
        path = ROOT / name
        text = path.read_bytes()[:2_000_000].decode("utf-8", "ignore") if path.is_file() else ""
        faults += named(name, text)
    return faults


def named(name: str, text: str) -> list[str]:
    """
    >>> named("a.lock", "--index-url somewhere")
    ['a.lock: --index-url']
    >>> named("a.md", "the folder /srv/linli/data and a page https://example.org/registry")
    []
    """
    found = (pattern.search(text) for pattern in (REGISTRY, FETCHED, MACHINE))
    return [f"{name}: {match[0].strip()}" for match in found if match]


# -- ignored ---------------------------------------------------------------------------------------

LAID = re.compile(r"__pycache__/|\.mo$|^linli/site/static/vendor/")


def ignored() -> list[str]:
    """Files of the program that git was told to overlook: here they are found, in a clone they are missing."""
    command = ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "-z", "linli", "tests", "workshop"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return [f"{name} is git-ignored" for name in listed.decode().split("\0") if name and not LAID.search(name)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
