"""An installer for networks without package registries: `start.py bundle [--machine x86_64|aarch64] [--out FOLDER]`.

Writes dist/linli-VERSION-SYSTEM-pyXY.tar.gz: the tracked files that run, the laid browser libraries, the compiled
translations, a wheel of every package of requirements.lock, and deploy/bundle/install.py, which needs only Python.
The Linux wheels are those for glibc 2.28 (2018) and newer, so the machine that makes it may be newer than the one
it is for. The same checkout gives the same wheels and sources; their digests lie in it as SHA256SUMS.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from linli import __version__

ROOT = Path(__file__).resolve().parent.parent
PACKED = ["linli", "deploy", "LICENSE", "README.md", "GLOSSARY.md", "requirements.lock", "docs/handbook"]
LAID = ["linli/site/static/vendor", "linli/locale"]
GLIBC = 28


def main(arguments: list[str]) -> int:
    """The installer lies in the out folder; 2 when it cannot be made, and then there is none."""
    parser = argparse.ArgumentParser(prog="start.py bundle", description=__doc__.splitlines()[0])
    parser.add_argument("--machine", default=platform.machine(), help="the processor it is for; this machine's own")
    parser.add_argument("--out", default=ROOT / "dist", type=Path)
    options = parser.parse_args(arguments)
    pip = bundled_pip()
    if pip is None:
        print("This Python carries no pip to give along. Next: apt install python3-venv.", file=sys.stderr)
        return 2
    python = "{}.{}".format(*sys.version_info[:2])
    about = {"version": __version__, "python": python, "system": f"{sys.platform}-{options.machine}"}
    name = f"linli-{__version__}-{about['system']}-py{python.replace('.', '')}"
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.out, prefix="packing-") as folder:
        room = Path(folder) / name
        pack_sources(room)
        code = pack_wheels(room / "wheels", pip, options.machine)
        if code:
            print("The wheels could not be fetched; no bundle was made.", file=sys.stderr)
            return 2
        (room / "bundle.json").write_text(json.dumps({**about, **commit()}, indent=2) + "\n")
        (room / "SHA256SUMS").write_text("".join(sums(room)))
        seal(room, Path(folder) / "sealed")
        (Path(folder) / "sealed").replace(options.out / f"{name}.tar.gz")
    made = options.out / f"{name}.tar.gz"
    print(f"{made}: {made.stat().st_size / 2**20:.1f} MB, sha256 {hashlib.sha256(made.read_bytes()).hexdigest()}")
    return 0


def bundled_pip() -> Path | None:
    """The pip that this Python carries for new environments."""
    spec = importlib.util.find_spec("ensurepip")
    folders = [*(spec.submodule_search_locations or [] if spec else []), "/usr/share/python-wheels"]
    return next((wheel for folder in folders for wheel in sorted(Path(folder).rglob("pip-*.whl"))), None)


def pack_sources(room: Path) -> None:
    """`app` holds what is tracked and runs, and what was laid for it; the installer lies on top."""
    for path in [*tracked(), *laid()]:
        target = room / "app" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target)
    for name in ("install.py", "README.md"):
        shutil.copyfile(ROOT / "deploy" / "bundle" / name, room / name)


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *PACKED], cwd=ROOT, capture_output=True, check=True).stdout
    return [name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def laid() -> Iterator[str]:
    for folder in LAID:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and (folder.endswith("vendor") or path.suffix == ".mo"):
                yield str(path.relative_to(ROOT))


def pack_wheels(wheels: Path, pip: Path, machine: str) -> int:
    """A wheel of every package of the run lock, by its hash, and pip's own; the exit code of the fetching."""
    wheels.mkdir(parents=True)
    shutil.copyfile(pip, wheels / pip.name)
    options = ["--require-hashes", "--only-binary=:all:", "--no-deps", "--quiet", "--disable-pip-version-check"]
    command = [sys.executable, f"{pip}/pip", "download", *options, *platforms(machine), "-d", str(wheels)]
    return subprocess.run([*command, "-r", str(ROOT / "requirements.lock")], check=False).returncode


def platforms(machine: str) -> list[str]:
    """pip's words for Linux of 2018 and newer on `machine`; elsewhere a bundle is for the machine it is made on.

    >>> platforms("aarch64")[0] if sys.platform == "linux" else "--platform=manylinux_2_28_aarch64"
    '--platform=manylinux_2_28_aarch64'
    """
    if sys.platform != "linux":
        return []
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    tags += [f"manylinux{year}_{machine}" for year in ("2014", "2010", "1")]
    return [f"--platform={tag}" for tag in tags]


def commit() -> dict[str, str]:
    """What it was made from, and whether the checkout had uncommitted changes."""
    said = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, check=False)
    return {"commit": said.stdout.decode().strip()}


def sums(room: Path) -> Iterator[str]:
    for path in sorted(path for path in room.rglob("*") if path.is_file()):
        yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(room)}\n"


def seal(room: Path, target: Path) -> None:
    """One archive, its entries in order, of nobody and of no time: wheels and sources say when they are from."""
    with gzip.GzipFile(target, "wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w|") as archive:
        for path in sorted(path for path in room.rglob("*") if path.is_file()):
            entry = archive.gettarinfo(str(path), str(path.relative_to(room.parent)))
            entry.uid = entry.gid = entry.mtime = 0
            entry.uname = entry.gname = ""
            entry.mode = 0o755 if path.name == "install.py" else 0o644
            with path.open("rb") as content:
                archive.addfile(entry, content)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
