"""Progress: a bar with rate and time left on a terminal, plain lines elsewhere, and neither too often."""

import io

import pytest
from django.core.management import call_command

from linli.site.running import copies
from linli.web import progress
from linli.web.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def work(tell: Progress, clock: Clock, steps: int, seconds: float) -> None:
    for done in range(steps + 1):
        tell("tiles", done, steps)
        clock.now += seconds / steps


def test_a_terminal_has_one_line_written_over_and_gone_at_the_end(clock):
    stream = Terminal()
    with Progress(stream, clock=clock) as tell:
        work(tell, clock, 1000, 10)
    text = stream.getvalue()
    assert "\n" not in text and text.endswith(progress.CLEAR)
    lines = text.split(progress.CLEAR)
    assert len(lines) <= 104
    half = next(line for line in lines if "500 / 1,000" in line)
    assert half.startswith("█" * 12 + "░" * 12) and "100/s" in half and "0:05" in half
    assert "█" * 24 in lines[-2]


def test_elsewhere_stand_plain_lines_now_and_then_and_at_the_end(clock):
    stream = io.StringIO()
    with Progress(stream, clock=clock) as tell:
        work(tell, clock, 1000, 10)
    lines = stream.getvalue().splitlines()
    assert 4 <= len(lines) <= 6 and lines[-1].startswith("tiles 1,000 / 1,000")
    assert not set(stream.getvalue()) & set("\r\033█")


def test_a_step_whose_end_is_not_known_is_said_when_it_begins(clock):
    stream = io.StringIO()
    tell = Progress(stream, clock=clock)
    for step in ("first", "second", "second"):
        tell(step, 0, 0)
    assert stream.getvalue() == "first\nsecond\n"


def test_a_backup_tells_how_far_it_is(transactional_db, settings, tmp_path, monkeypatch):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    (tmp_path / "media").mkdir()
    (tmp_path / "keys").mkdir()
    (tmp_path / "media" / "plan").write_text("plan")
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    call_command("backup", to=copies.default_folder(), stdout=io.StringIO())
    assert "1 / 1" in stream.getvalue() and stream.getvalue().endswith(progress.CLEAR)
