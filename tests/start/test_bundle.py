"""The offline installer, made and installed with the network cut. Runs with `start.py test --bundle`."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from workshop import bundle

pytestmark = pytest.mark.bundle

# A port of this machine on which nothing listens stands where a way out of it would be.
CLOSED = "http://127.0.0.1:9"
CUT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "PIP_NO_INDEX": "1",
    **dict.fromkeys(["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"], CLOSED),
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder a township unpacks."""
    room = tmp_path_factory.mktemp("bundle")
    assert bundle.main(["--out", str(room)]) == 0
    [packed] = room.glob("linli-*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(room / "unpacked", filter="data")
    [folder] = (room / "unpacked").iterdir()
    return folder


@pytest.fixture(scope="module")
def away():
    """How a command is run with no network at all, where this machine lets a test say so."""
    cut = ["unshare", "--net", "--map-root-user"]
    works = shutil.which(cut[0]) and subprocess.run([*cut, "true"], check=False).returncode == 0
    return cut if works else []


@pytest.fixture(scope="module")
def install(away):
    """Runs an install.py without a network; the ended process."""

    def run(folder: Path, *options: str) -> subprocess.CompletedProcess:
        command = [*away, sys.executable, str(folder / "install.py"), *options]
        return subprocess.run(command, env=CUT, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def place(unpacked, install, tmp_path_factory):
    """Where it was installed: a folder with a space and Chinese in its name."""
    folder = tmp_path_factory.mktemp("opt") / "邻里 here"
    done = install(unpacked, "--to", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def linli(place, away):
    """The installed command, without a network."""

    def run(*words: str) -> subprocess.CompletedProcess:
        command = [*away, str(place / "bin" / "linli"), *words]
        return subprocess.run(command, env=CUT, cwd="/", capture_output=True, text=True, check=False)

    return run


def test_the_installed_command_answers(linli):
    assert linli("--version").stdout.startswith("linli ")


def test_the_installed_program_finds_itself_whole(linli, place):
    done = linli("check")
    assert done.returncode == 0, done.stderr
    assert (place / "data").is_dir()


def test_everything_laid_came_along(place):
    app = place / "current" / "app" / "linli"
    assert list(app.glob("site/static/vendor/maplibre-gl-*/maplibre-gl.mjs"))
    assert {po.with_suffix(".mo") for po in app.glob("locale/*/LC_MESSAGES/*.po")} == set(
        app.glob("locale/*/LC_MESSAGES/*.mo")
    )


def test_nothing_names_the_place_it_was_made_in(place):
    programs = [path for path in (place / "current" / "venv" / "bin").iterdir() if not path.is_symlink()]
    assert not [path.name for path in programs if b".new" in path.read_bytes()]


def test_versions_lie_side_by_side_and_one_goes_back(unpacked, place, install, tmp_path):
    newer = tmp_path / "newer"
    shutil.copytree(unpacked, newer)
    about = newer / "bundle.json"
    about.write_text(about.read_text().replace(f'"{bundle.__version__}"', '"9.9.9"'))
    (newer / "SHA256SUMS").unlink()
    sums = "".join(bundle.sums(newer))
    (newer / "SHA256SUMS").write_text(sums)
    assert install(newer, "--to", str(place)).returncode == 0
    assert (place / "current").resolve().name == "9.9.9"
    assert install(newer, "--back", "--to", str(place)).returncode == 0
    assert (place / "current").resolve().name == bundle.__version__
    assert sorted(path.name for path in (place / "versions").iterdir()) == [bundle.__version__, "9.9.9"]


def test_a_damaged_bundle_is_refused_and_nothing_is_laid(unpacked, install, tmp_path):
    folder = tmp_path / "damaged"
    shutil.copytree(unpacked, folder)
    wheel = next((folder / "wheels").glob("django-5*.whl"))
    wheel.write_bytes(wheel.read_bytes()[:-1] + b"x")
    done = install(folder, "--to", str(tmp_path / "opt"))
    assert done.returncode == 2
    assert wheel.name in done.stderr
    assert not (tmp_path / "opt").exists()


@pytest.mark.parametrize(("key", "other"), [("python", "3.99"), ("system", "linux-riscv64")])
def test_a_bundle_for_another_machine_is_refused(unpacked, install, tmp_path, key, other):
    folder = tmp_path / "other"
    shutil.copytree(unpacked, folder, ignore=shutil.ignore_patterns("wheels"))
    (folder / "bundle.json").write_text(
        (folder / "bundle.json").read_text().replace(f'"{key}": "', f'"{key}": "{other}", "was": "')
    )
    done = install(folder, "--to", str(tmp_path / "opt"))
    assert done.returncode == 2
    assert other in done.stderr
    assert not (tmp_path / "opt").exists()


def test_an_interrupted_install_is_repeated_from_the_start(unpacked, place, install):
    left = place / "versions" / f"{bundle.__version__}.new"
    (left / "venv").mkdir(parents=True)
    (left / "venv" / "half").write_text("")
    assert install(unpacked, "--to", str(place)).returncode == 0
    assert not left.exists()
    assert os.access(place / "bin" / "linli", os.X_OK)
