"""start.py: what is laid, when it is laid anew, and what it says when it cannot be."""

import ast
import importlib.util
import os
import unicodedata
from pathlib import Path

import pytest
from django.core.management import get_commands

HERE = Path(__file__).resolve().parents[2]
FRONT_DOOR = ("start.py", "start_words.py")


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start.py as it would be in a fresh checkout elsewhere, with nothing laid."""
    house = tmp_path / "邻里 of spaces"
    for name in ("requirements.lock", "requirements-dev.lock", "assets.py", "frontend/package-lock.json"):
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_bytes((HERE / name).read_bytes())
    for name in FRONT_DOOR:
        (house / name).write_bytes((HERE / name).read_bytes())
    for name in ("LINLI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    spec = importlib.util.spec_from_file_location("start_elsewhere", house / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.TOOLS.mkdir()
    return module


@pytest.fixture
def laid(start):
    """The same after a whole set-up with the run lock."""
    start.python().parent.mkdir(parents=True)
    start.python().write_text("")
    (start.VENV / ".recipe").write_text(start.recipe(start.RUN))
    start.VENDOR.mkdir(parents=True)
    (start.VENDOR / ".recipe").write_text(start.vendor_recipe())
    return start


@pytest.fixture
def steps(start, monkeypatch):
    """The steps a set-up takes, none of them really taken."""
    taken = []
    monkeypatch.setattr(start, "lay_packages", lambda lock: taken.append(lock.name))
    monkeypatch.setattr(
        start, "lay", lambda _label, what: (start.VENDOR.mkdir(parents=True, exist_ok=True), taken.append(what))
    )
    return taken


def words_file(start):
    po = start.HERE / "linli" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text("")
    return po


@pytest.mark.parametrize("name", FRONT_DOOR)
def test_older_pythons_can_read_the_file_far_enough_to_be_refused(name):
    ast.parse((HERE / name).read_text("utf-8"), feature_version=(3, 6))


def test_an_older_python_is_told_what_to_install(start, monkeypatch, capsys):
    monkeypatch.setattr(start.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as ended:
        start.main(["demo"])
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert "Python 3.9 is too old" in told
    assert "python3.11 start.py demo" in told
    assert "版本过低" in told


def test_everything_is_laid_once(start, steps):
    start.set_up(start.RUN)
    assert steps == ["requirements.lock", "vendor"]


def test_a_second_start_lays_nothing(laid, steps):
    laid.set_up(laid.RUN)
    assert steps == []


def test_the_developers_packages_serve_running_too(laid, steps):
    (laid.VENV / ".recipe").write_text("\n".join([laid.recipe(laid.RUN), laid.recipe(laid.DEV)]))
    laid.set_up(laid.RUN)
    laid.set_up(laid.DEV)
    assert steps == []


def test_running_packages_do_not_serve_the_developer(laid, steps):
    laid.set_up(laid.DEV)
    assert steps == ["requirements-dev.lock"]


def test_a_changed_lock_is_laid_anew(laid, steps):
    laid.RUN.write_bytes(laid.RUN.read_bytes() + b"# changed\n")
    laid.set_up(laid.RUN)
    assert steps == ["requirements.lock", "vendor"]


def test_changed_browser_libraries_are_laid_anew(laid, steps):
    lock = laid.HERE / "frontend" / "package-lock.json"
    lock.write_text(lock.read_text() + " ")
    laid.set_up(laid.RUN)
    assert steps == ["vendor"]


def test_another_python_gets_its_own_packages(laid, steps, monkeypatch):
    monkeypatch.setattr(laid.sys, "version_info", (3, 99))
    laid.set_up(laid.RUN)
    assert steps == ["requirements.lock"]


@pytest.mark.parametrize("lost", [".venv/.recipe", ".venv/bin/python"])
def test_a_set_up_that_was_not_finished_is_done_anew(laid, steps, lost):
    (laid.HERE / lost).unlink()
    laid.set_up(laid.RUN)
    assert steps == ["requirements.lock"]


def test_a_changed_translation_is_compiled_and_an_old_one_is_not(laid, steps):
    po = words_file(laid)
    laid.set_up(laid.RUN)
    po.with_suffix(".mo").write_text("")
    os.utime(po, (1, 1))
    laid.set_up(laid.RUN)
    assert steps == ["words"]


def test_packages_are_built_aside_and_moved_in_whole(start, monkeypatch):
    """What was laid before stays until the new one is whole, and its programs name where they end up."""

    def install(new, _lock):
        (new / "bin").mkdir(parents=True)
        (new / "bin" / "granian").write_text(f"#!{new}/bin/python\n")
        assert (start.VENV / "old").exists()

    start.VENV.mkdir()
    (start.VENV / "old").write_text("")
    monkeypatch.setattr(start, "working_uv", lambda: None)
    monkeypatch.setattr(start, "install_with_pip", install)
    start.lay_packages(start.RUN)
    assert (start.VENV / "bin" / "granian").read_text() == f"#!{start.VENV}/bin/python\n"
    assert not (start.VENV / "old").exists()
    assert sorted(path.name for path in start.HERE.glob(".venv*")) == [".venv"]


def test_where_uv_fails_pip_is_asked(start, monkeypatch):
    asked = []

    def run(_label, commands, of=0):
        asked.append(commands[0][0])
        return "error: Failed to fetch"

    def install(new, _lock):
        asked.append("pip")
        (new / "bin").mkdir(parents=True)

    monkeypatch.setattr(start, "working_uv", lambda: "uv")
    monkeypatch.setattr(start, "run", run)
    monkeypatch.setattr(start, "install_with_pip", install)
    start.lay_packages(start.RUN)
    assert asked == ["uv", "pip"]


def test_debians_python_without_venv_is_told_the_package(start, monkeypatch, capsys):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(start.sys, "version_info", (3, 11, 2))
    with pytest.raises(SystemExit) as ended:
        start.install_with_pip(start.VENV, start.RUN)
    assert ended.value.code == 2
    assert "sudo apt install python3.11-venv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
        ("error: Failed to fetch: `django`\n  Caused by: dns error", "registry could not be reached"),
        ("WARNING: Retrying after NewConnectionError: Temporary failure in name resolution", "registry could not"),
        ("npm error code EAI_AGAIN", "registry could not be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one the lock names"),
        ("maplibre-gl-6.17.0.tgz: not the bytes the lock names; nothing is laid", "not the one the lock names"),
        ("gcc: fatal error: no input files", "gcc: fatal error"),
    ],
)
def test_a_failed_set_up_is_told_by_its_cause(start, capsys, said, told):
    new = start.VENV.with_name(".venv-new")
    new.mkdir()
    with pytest.raises(SystemExit) as ended:
        start.refuse_for(start.PACKAGES, start.RUN, said)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
    assert not new.exists()


def test_a_folder_of_someone_elses_is_told(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "lay_packages", lambda _lock: (_ for _ in ()).throw(PermissionError("no")))
    with pytest.raises(SystemExit) as ended:
        start.set_up(start.RUN)
    assert ended.value.code == 2
    assert "cannot be written to" in capsys.readouterr().err


@pytest.mark.parametrize("cause", ["python", "venv", "network", "disk", "folder", "hashes", "failed"])
def test_every_refusal_says_what_to_do_next_in_both_languages(start, cause):
    english, chinese = start.REFUSALS[cause]
    assert "Next" in english
    assert "下一步" in chinese


@pytest.mark.parametrize(("locale", "first"), [("zh_CN.UTF-8", "当前用户"), ("en_GB.UTF-8", "The folder")])
def test_the_readers_language_comes_first(start, monkeypatch, capsys, locale, first):
    monkeypatch.setenv("LANG", locale)
    with pytest.raises(SystemExit):
        start.refuse("folder", folder="x")
    assert capsys.readouterr().err.strip().startswith(first)


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "C.UTF-8"])
def test_help_fits_one_screen_and_names_every_command(start, monkeypatch, capsys, locale):
    monkeypatch.setenv("LC_ALL", locale)
    assert start.main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert max(sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line) for line in lines) <= 80
    named = set(" ".join(lines).replace("check --deploy", "check").split())
    ours = {name for name, room in get_commands().items() if str(room).startswith("linli.")}
    assert ours | set(start.WORKSHOP) <= named


@pytest.mark.parametrize(
    ("asked", "handed_over"),
    [
        (["serve", "--port", "80"], ["linli.site.command", "serve", "--port", "80"]),
        (["test", "-k", "x"], ["workshop.suites", "-k", "x"]),
        (["soak"], ["workshop.suites", "--soak"]),
        (["check", "--fix"], ["workshop.checks", "--fix"]),
        (["check", "--deploy"], ["linli.site.command", "check", "--deploy"]),
    ],
)
def test_a_command_is_handed_over_to_its_module(start, monkeypatch, asked, handed_over):
    gone = []
    monkeypatch.setattr(start, "set_up", lambda _lock: None)
    monkeypatch.setattr(start, "hand_over", gone.append)
    start.main(asked)
    assert gone == [[str(start.python()), "-P", "-m", *handed_over]]
