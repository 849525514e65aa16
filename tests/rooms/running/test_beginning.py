"""linli init begins once, empty and real; killed in the middle it can be run again."""

import json

from tests.fault.house import NAME, PASSWORD

INIT = ("init", "--administrator", NAME, "--password-stdin", "--non-interactive")


def test_begins_with_one_administrator_and_nothing_made_up(begun):
    assert begun.rows("SELECT sign_in_name FROM access_account") == [(NAME,)]
    assert begun.rows("SELECT role, area_code FROM access_post") == [("administrator", "")]
    assert begun.rows("SELECT count(*) FROM areas_area") == [(0,)]
    told = json.loads((begun.folder / "begun.json").read_text())
    assert told["kind"] == "real" and told["version"] and told["at"] and told["installation"]
    assert (begun.folder / "keys").stat().st_mode & 0o077 == 0 == begun.folder.stat().st_mode & 0o077


def test_refuses_a_folder_that_was_begun(house):
    assert house.refused(*INIT, given=PASSWORD) == "running.already-begun"


def test_refuses_a_demo_in_a_real_folder(house):
    assert house.refused("demo", "--port", "1") in ("running.real-folder", "running.port-taken")
    assert house.rows("SELECT count(*) FROM access_account") == [(1,)]


def test_refuses_what_is_missing_and_leaves_nothing(empty):
    assert empty.refused("init", "--non-interactive") == "running.missing"
    assert empty.refused(*INIT, given="short\n") == "account.weak-password"
    assert empty.refused(*INIT, "--area", "12x", given=PASSWORD) == "area.not-a-code"
    assert not empty.database.exists() or empty.rows("SELECT count(*) FROM sqlite_master") == [(0,)]


def test_goes_on_after_a_kill_between_mark_and_commit(empty):
    """The mark is written just before the tables are committed: a folder may have the one without the other."""
    empty.folder.mkdir()
    (empty.folder / "begun.json").write_text('{"kind": "real", "at": "2026-11-24"}')
    empty.begin()
    assert empty.rows("SELECT count(*) FROM access_account") == [(1,)]


def test_serves_nothing_before_it_was_begun(empty):
    assert empty.refused("serve", "--port", "0") == "running.not-begun"
