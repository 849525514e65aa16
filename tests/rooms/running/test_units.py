"""What is shipped for systemd: known to systemd, calling commands that exist, with the doors shut."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from linli.areas.laying import MOST_MB

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
UNITS = sorted((Path(__file__).resolve().parents[3] / "deploy" / "systemd").iterdir())
SHUT = ("NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "RestrictSUIDSGID", "LockPersonality")


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_a_service_calls_a_command_and_shuts_its_doors(unit):
    told = configparser.ConfigParser(strict=False, interpolation=None)
    told.optionxform = str
    told.read_string(unit.read_text("utf-8"))
    program, command, *_words = told["Service"]["ExecStart"].split()
    assert program == "/opt/linli/bin/linli" and command in get_commands()
    assert all(name in told["Service"] for name in SHUT) and told["Service"]["User"] == "linli"


def test_systemd_finds_no_fault(tmp_path):
    """Where systemd is at hand it reads them; elsewhere the test above has to do."""
    analyser = shutil.which("systemd-analyze")
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace("/opt/linli/bin/linli", "/bin/true"), "utf-8")
    if analyser:
        done = subprocess.run([analyser, "verify", *tmp_path.iterdir()], capture_output=True, text=True)
        assert not done.stderr and done.returncode == 0, done.stderr


@pytest.mark.parametrize("proxy", ["nginx.conf", "Caddyfile"])
def test_a_proxy_lets_the_largest_background_through(proxy):
    """What the form takes, the proxy in front of it does not turn away."""
    told = (DEPLOY / "proxy" / proxy).read_text("utf-8")
    (limit,) = re.findall(r"(?:client_max_body_size|max_size) (\d+)(?:m;|MB)", told)
    assert int(limit) > max(MOST_MB.values())


def test_the_proxy_says_who_comes_whatever_they_say_themselves():
    """nginx passes on what a visitor sent unless told otherwise; Caddy does not."""
    told = (DEPLOY / "proxy" / "nginx.conf").read_text("utf-8")
    assert dict(re.findall(r"proxy_set_header ([\w-]+) (.+);", told)) == {
        "Host": "$http_host",
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-For": "$remote_addr",
    }
