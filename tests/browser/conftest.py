"""A served small town and a real browser. Needs Chromium (LINLI_CHROMIUM names one): `start.py test --browser`."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from .small_town import PASSWORD

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AXE = ROOT / ".tools" / "axe-core" / "axe.min.js"
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
QUIET = ["--disable-background-networking", "--disable-quic"]


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def wait_for(address: str, server: subprocess.Popen) -> None:
    """Until the server answers; fails when it ends first or stays silent for half a minute."""
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except OSError:
            assert server.poll() is None, "the server ended before it answered"
            time.sleep(0.1)
    raise AssertionError(f"{address} stays silent")


@pytest.fixture(scope="session")
def environment(tmp_path_factory) -> dict[str, str]:
    """What every process of the served house is told: a data folder of its own, and that it is a demo."""
    demo = {"LINLI_DEMO": "1", "LINLI_DATA_DIR": str(tmp_path_factory.mktemp("site"))}
    told = {**os.environ, **demo, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    told.pop("LINLI_DATABASE_URL", None)
    return told


@pytest.fixture(scope="session")
def site(environment) -> Iterator[str]:
    """The address of a running Linli with a small town in it, a process and a data folder of its own."""
    port = free_port()
    folder = Path(environment["LINLI_DATA_DIR"])
    for program in (["-m", "linli.site.command", "migrate", "-v0"], [str(HERE / "small_town.py")]):
        subprocess.run([sys.executable, *program], env=environment, cwd=ROOT, check=True)
    serve = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*serve, "--no-ws", "linli.site.wsgi:application"], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="module")
def worker(site, environment) -> Iterator[subprocess.Popen]:
    """`linli worker` runs beside the site."""
    with (Path(environment["LINLI_DATA_DIR"]) / "worker.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "linli.site.command", "worker"], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """What drives every browser: there can be but one in a process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(driver) -> Iterator[Browser]:
    """One Chromium for all tests; it draws with the processor, so that maps work without a graphics card."""
    chromium = os.environ.get("LINLI_CHROMIUM") or "/usr/bin/chromium"
    opened = driver.chromium.launch(executable_path=chromium, args=[*FLAGS, *QUIET])
    yield opened
    opened.close()


@pytest.fixture
def page_at(browser, site) -> Iterator[Callable[..., Page]]:
    """A fresh page: page_at(390, "zh", "dark", user="zhou"). What the console complains of is in `page.complaints`.

    `bypass_csp` is for running axe only: with it the browser no longer holds the page to its policy.
    """
    contexts = []

    def opened(width=1440, language="zh", theme="light", *, user="", bypass_csp=False) -> Page:
        phone = width < 600
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 844 if phone else 900},
            locale=LOCALES[language],
            color_scheme=theme,
            has_touch=phone,
            is_mobile=phone,
            reduced_motion="reduce",
            bypass_csp=bypass_csp,
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: said.type in ("error", "warning") and page.complaints.append(said.text))
        page.on("pageerror", lambda fault: page.complaints.append(str(fault)))
        if user:
            sign_in(page, user)
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, user: str) -> None:
    """The page's browser is signed in as someone of the small town."""
    page.goto("/sign-in")
    page.fill("[name=sign_in_name]", user)
    page.fill("[name=password]", PASSWORD)
    page.click("main form:has([name=password]:not([type=hidden])) button")
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe finds serious or critical on a page opened with `bypass_csp=True`, one line each."""
    script = AXE.read_text("utf-8")

    def run(page: Page) -> list[str]:
        page.evaluate(script)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        grave = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        return [f"{one['id']}: {node['html'][:160]} {node['failureSummary']}" for one in grave for node in one["nodes"]]

    return run
