"""Every command line that Linli tells people is one it takes."""

import re
import shlex
from html import unescape
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from linli.ground.refusals import Refusal
from linli.site import running
from linli.site.running import schema

SITE = Path(running.__file__).parents[1]


def refusals(kind: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [kind, *(found for each in kind.__subclasses__() for found in refusals(each))]


def told() -> set[str]:
    """The lines of `init`, of the home page, of the page without areas, and in backticks in what is refused."""
    begin = (SITE / "management/commands/init.py").read_text("utf-8")
    found = re.findall(r'"  (linli [^"]+)"', begin)
    found += re.findall(r'command="(linli [^"]+)"', (SITE / "beginning.py").read_text("utf-8"))
    found += re.findall(
        r'<code class="command">(linli [^<]+)<', unescape((SITE / "templates/site/plan/tree.html").read_text())
    )
    assert len(found) >= 7
    words = " ".join(f"{each.words} {each.next_step}" for each in refusals())
    found += re.findall(r"`(linli [^`%]+)`", words)
    found += [f"linli {command}" for command in schema.LABELS.values()]
    return {line.strip() for line in found}


@pytest.mark.parametrize("line", sorted(told()))
def test_the_parser_takes_it(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _linli, name, *words = shlex.split(line)
    for word in words:
        if word.isupper() or "FILE" in word:
            Path(word).write_text("")
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    command.create_parser("linli", name).parse_args(words)
