"""The checks of `start.py check` that are our own."""

from textwrap import dedent

import polib
import pytest

from workshop import checks, suites, words

LOCK = """\
django==5.2.19 \\
    --hash=sha256:00
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:00
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:00
"""


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


def test_this_checkouts_locks_are_fresh():
    assert checks.lock_faults() == []


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ("django>=5.2,<5.3", None),
        ("numpy>=2.4", None),
        ("django>=6", "a.lock: django 5.2.19 is not >=6"),
        ("numpy>=2.5", "a.lock: numpy 2.4.6 is not >=2.5"),
        ("Shapely_x", "a.lock: Shapely_x is not in it"),
    ],
)
def test_a_lock_that_lags_behind_is_named(lock, wanted, fault):
    assert list(checks.unmet([wanted], checks.pinned(lock), "a.lock")) == ([fault] if fault else [])


def test_an_entry_without_a_hash_is_named(lock):
    lock.write_text(LOCK + "polib==1.2.0\n")
    assert checks.unhashed(lock) == ["polib==1.2.0 has no hash"]


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + "registry.example.org/maplibre-gl",
        '"resolved"' + ': "somewhere"',
        "--index" + "-url x",
        "open /" + "work/main/linli",
        "in /" + "home/li/linli",
    ],
)
def test_an_address_or_a_folder_of_a_machine_is_named(text):
    assert len(checks.named("file", text)) == 1


def test_no_tracked_file_names_one():
    assert checks.address_faults() == []


def test_nothing_the_program_needs_is_overlooked_by_git():
    assert checks.ignored() == []


def catalogue(text):
    return polib.pofile(dedent(text))


def test_a_sentence_without_chinese_is_named():
    told = words.faults(words.empty(), {("", "Sign in", ""): "page.html"})
    assert told == ["page.html: no Chinese for 'Sign in'"]


def test_a_doubtful_sentence_does_not_count():
    fuzzy = catalogue("""
        #, fuzzy
        msgid "Sign in"
        msgstr "登录"
    """)
    assert words.faults(fuzzy, {("", "Sign in", ""): "page.html"}) == ["page.html: no Chinese for 'Sign in'"]


@pytest.mark.parametrize(("chinese", "faults"), [("%(name)s 已关闭", 0), ("%(who)s 已关闭", 1), ("已关闭", 1)])
def test_facts_are_the_same_in_both_languages(chinese, faults):
    closed = catalogue(f"""
        msgid "%(name)s is closed"
        msgstr "{chinese}"
    """)
    assert len(words.faults(closed, {})) == faults


def test_words_of_templates_are_found():
    page = "{% translate 'It' context 'thing' %}{% blocktranslate with n=x %}See {{ n }}{% endblocktranslate %}"
    assert set(words.in_template(page)) == {("thing", "It", ""), ("", "See %(n)s", "")}


def test_what_was_left_is_taken_into_the_catalogue_and_what_nobody_says_forgotten(monkeypatch, tmp_path):
    pieces, kept = tmp_path / "pieces", tmp_path / "zh" / "django.po"
    pieces.mkdir()
    (pieces / "room.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "New"\nmsgstr "新"\n', "utf-8")
    monkeypatch.setattr(words, "PIECES", pieces)
    monkeypatch.setattr(words, "CATALOGUE", kept)
    catalogue = words.empty()
    catalogue += [polib.POEntry(msgid="Said", msgstr="说"), polib.POEntry(msgid="Unsaid", msgstr="不说")]
    words.merge(catalogue, dict.fromkeys([("", "New", ""), ("", "Said", "")], "a page"))
    assert {entry.msgid: entry.msgstr for entry in polib.pofile(str(kept))} == {"New": "新", "Said": "说"}
    assert not list(pieces.iterdir())


def test_outside_tests_without_their_data_are_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(suites, "OUTSIDE", tmp_path / "nowhere")
    assert suites.main(["--outside"]) == 2
    assert "nothing was tested" in capsys.readouterr().err


def test_browser_tests_without_a_browser_are_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("LINLI_CHROMIUM", str(tmp_path / "nowhere"))
    assert suites.main(["--browser"]) == 2
    assert "apt install chromium" in capsys.readouterr().err


def test_office_tests_without_libreoffice_are_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("LINLI_OFFICE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert suites.main(["--office"]) == 2
    assert "apt install" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ([], ["-n", "auto", "-m", suites.QUICK]),
        (["-n0", "tests/start"], ["-m", suites.QUICK, "-n0", "tests/start"]),
        (["--soak"], ["-m", suites.SOAK, "tests"]),
        (["--bundle", "-x"], ["-m", "bundle", "-x", "tests"]),
    ],
)
def test_a_suite_is_a_mark_given_to_pytest(monkeypatch, asked, given):
    monkeypatch.setenv("LINLI_EXAMPLES", "quick")
    monkeypatch.delenv("LINLI_SOAK_SECONDS", raising=False)
    runs = []
    monkeypatch.setattr(suites.pytest, "main", lambda options: runs.append(options) or 0)
    assert suites.main(asked) == 0
    assert runs == [given]


def test_a_short_soak_tries_no_property_again(monkeypatch):
    monkeypatch.setenv("LINLI_SOAK_SECONDS", "8")
    runs = []
    monkeypatch.setattr(suites.pytest, "main", lambda options: runs.append(options) or 0)
    suites.main(["--soak"])
    assert runs == [["-m", "soak", "tests"]]


def test_postgres_is_where_everything_runs_that_asks_a_database(monkeypatch):
    runs = []
    monkeypatch.setattr(suites.pytest, "main", lambda options: runs.append(options) or 0)
    monkeypatch.setenv("LINLI_DATABASE_URL", "")
    suites.main(["--postgres", "postgres://root@127.0.0.1/linli"])
    assert suites.os.environ["LINLI_DATABASE_URL"] == "postgres://root@127.0.0.1/linli"
    assert runs == [["-n", "auto", "-m", f"({suites.QUICK}) and database"]]


def test_what_asks_the_database_is_marked(request, db):
    assert request.node.get_closest_marker("database")


def test_what_asks_none_is_not(request):
    assert not request.node.get_closest_marker("database")
