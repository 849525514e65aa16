"""Passkeys in a real browser, over HTTPS with the township's own certificate; and none over plain HTTP."""

import base64
import hashlib
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page, Playwright

from .conftest import FLAGS, HERE, QUIET, ROOT, free_port
from .small_town import PASSWORD

pytestmark = pytest.mark.browser
HOST = "linli.lan"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The small town, with a root of its own and a certificate for a name of the local network."""
    made = tmp_path_factory.mktemp("https")
    for program in (
        ["-m", "linli.site.command", "migrate", "-v0"],
        [str(HERE / "small_town.py")],
        ["-m", "linli.site.command", "certificate", "make", "--host", HOST],
    ):
        subprocess.run(
            [sys.executable, *program], env=environment(made), cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
    return made


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    # The days of the small town are not those of this machine.
    kept["LINLI_CLOCK_BACK_MINUTES"] = os.environ["LINLI_CLOCK_BACK_MINUTES"]
    return {**kept, "LINLI_DATA_DIR": str(folder), "LINLI_HOSTS": HOST, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def root_of(folder: Path) -> Path:
    return folder / "keys" / "root.crt"


@contextmanager
def served(folder: Path, *words: str) -> Iterator[int]:
    """The port of a server of this folder."""
    port = free_port()
    command = [sys.executable, "-m", "linli.site.command", "serve", "--quiet", "--port", str(port), *words]
    server = subprocess.Popen(
        command, env=environment(folder), cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
    )
    assert server.stdout is not None
    try:
        assert str(port).encode() in server.stdout.readline()
        until_answered(port, server)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=30)
        server.stdout.close()


def until_answered(port: int, server: subprocess.Popen[bytes]) -> None:
    """It says where it will be before it is there."""
    for _ in range(600):
        assert server.poll() is None, "the server ended before it answered"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError("the server stays silent")


@contextmanager
def chromium(driver: Playwright, folder: Path) -> Iterator[Page]:
    """A browser to which the name leads here, and which trusts whoever the township's root has signed for."""
    (root,) = x509.load_pem_x509_certificates(root_of(folder).read_bytes())
    key = root.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    trusted = base64.b64encode(hashlib.sha256(key).digest()).decode()
    flags = [f"--host-resolver-rules=MAP {HOST} 127.0.0.1", f"--ignore-certificate-errors-spki-list={trusted}"]
    path = os.environ.get("LINLI_CHROMIUM") or "/usr/bin/chromium"
    opened = driver.chromium.launch(executable_path=path, args=[*FLAGS, *QUIET, *flags])
    yield opened.new_context(locale="en-GB").new_page()
    opened.close()


def with_a_key(page: Page, *, verifies: bool = True) -> tuple[object, str]:
    """A key built into the device, as a telephone or a laptop has it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = kind | {"isUserVerified": verifies, "automaticPresenceSimulation": True}
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


def first_step(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in?next=/areas/")
    page.fill("[name=sign_in_name]", "li")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()


def sign_out(page: Page) -> None:
    page.evaluate("document.querySelector(\"[action='/sign-out']\").submit()")
    page.wait_for_selector("a[href='/sign-in']")


def test_the_certificate_is_good_for_its_name_and_no_other(folder):
    certificate = ["--certificate", str(folder / "keys" / "server.crt"), "--key", str(folder / "keys" / "server.key")]
    trusting = ssl.create_default_context(cafile=root_of(folder))
    with served(folder, *certificate) as port:
        with socket.create_connection(("127.0.0.1", port)) as line, trusting.wrap_socket(line, server_hostname=HOST):
            pass
        with (
            socket.create_connection(("127.0.0.1", port)) as line,
            pytest.raises(ssl.SSLCertVerificationError),
            trusting.wrap_socket(line, server_hostname="elsewhere.lan"),
        ):
            pass


def test_a_passkey_is_made_and_opens_the_door(driver, folder):
    certificate = ["--certificate", str(folder / "keys" / "server.crt"), "--key", str(folder / "keys" / "server.key")]
    with served(folder, *certificate) as port, chromium(driver, folder) as page:
        address = f"https://{HOST}:{port}"
        devtools, key = with_a_key(page)
        first_step(page, address)
        assert page.url == f"{address}/areas/"
        page.goto(f"{address}/account/second-factor/passkey")
        page.fill("[name=name]", "phone")
        page.fill("main [name=password]", PASSWORD)
        page.click("[data-passkey-button]")
        page.wait_for_selector("[data-passkey]", state="detached")
        codes = re.findall(r"\b\d{4} ?\d{4}\b", page.inner_text("main"))
        assert len(codes) >= 10, "recovery codes are shown, once"
        (kept,) = devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
        assert kept["rpId"] == HOST

        page.goto(f"{address}/")
        sign_out(page)
        first_step(page, address)
        assert page.url == f"{address}/sign-in/second-factor"
        page.click("[data-passkey-button]")
        page.wait_for_url(f"{address}/areas/")
        (used,) = devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
        assert used["signCount"] > kept["signCount"]

        page.goto(f"{address}/")
        sign_out(page)
        devtools.send("WebAuthn.clearCredentials", {"authenticatorId": key})
        first_step(page, address)
        page.click("[data-passkey-button]")
        page.wait_for_selector("[data-passkey-failed]:not([hidden])")
        assert page.url == f"{address}/sign-in/second-factor", "another key opens nothing"

    with served(folder) as port, chromium(driver, folder) as page:
        address = f"http://{HOST}:{port}"
        with_a_key(page)
        first_step(page, address)
        assert page.url == f"{address}/sign-in/second-factor", "the second factor is asked for all the same"
        assert not page.evaluate("isSecureContext") and page.query_selector("[data-options]") is None
        assert page.evaluate("typeof navigator.credentials") == "undefined"


def test_no_passkey_is_made_over_plain_http(driver, folder):
    with served(folder) as port, chromium(driver, folder) as page:
        address = f"http://{HOST}:{port}"
        with_a_key(page)
        page.goto(f"{address}/sign-in")
        page.fill("[name=sign_in_name]", "zhou")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{address}/")
        assert page.goto(f"{address}/account/second-factor/passkey").status == 404
        page.goto(f"{address}/account/second-factor")
        assert page.query_selector("a[href='/account/second-factor/passkey']") is None
