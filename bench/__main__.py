"""Runs the named benches, each in a throw-away data folder, and prints what they found."""

import importlib
import os
import pkgutil
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Protocol


class Report(Protocol):
    """Called once per figure."""

    def __call__(self, name: str, value: float, unit: str, *, size: str = "", compared_with: str = "") -> None: ...


def names() -> list[str]:
    """Every bench there is."""
    return sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.name[0] != "_")


def printed(name: str, value: float, unit: str, *, size: str = "", compared_with: str = "") -> None:
    """One line a figure, as soon as it is known."""
    figure = f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"
    line = f"  {name:<44} {figure:>12} {unit:<8} {size}"
    print(f"{line}  | beside: {compared_with}" if compared_with else line, flush=True)


def bench(name: str) -> None:
    """One bench in a fresh data folder, which is removed afterwards."""
    print(f"\n{name}")
    began = time.perf_counter()
    importlib.import_module(f"bench.{name}").run(printed)
    print(f"  ({time.perf_counter() - began:.0f} s in all)")


def main(asked: list[str]) -> int:
    """Each bench runs in a process of its own, so that none warms another."""
    if not asked or asked == ["--help"]:
        print("start.py bench NAME … | all\nbenches: " + ", ".join(names()))
        return 0
    chosen = names() if asked == ["all"] else asked
    if unknown := [name for name in chosen if name not in names()]:
        print(f"No bench called {', '.join(unknown)}. There are: {', '.join(names())}")
        return 2
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, load {load:.1f}")
    failed = 0
    for name in chosen:
        child = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-m", "bench", "--inside", name])
        failed += child != 0
    return failed


def inside(name: str) -> None:
    """The child's side: settings point at a folder nobody else uses."""
    folder = tempfile.mkdtemp(prefix="linli-bench-")
    os.environ.update(LINLI_DATA_DIR=folder, DJANGO_SETTINGS_MODULE="linli.site.settings")
    os.environ.setdefault("LINLI_LOG", "ERROR")
    try:
        django: Any = importlib.import_module("django")
        django.setup()
        bench(name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
