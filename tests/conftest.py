"""What every test may ask for: the clock, the cast, golden files."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client
from whitenoise.middleware import WhiteNoiseMiddleware

from linli.access import appointing, opening
from linli.access.actors import Actor, actor_for
from linli.access.models import Account
from linli.areas import backgrounds
from linli.areas import queries as areas
from linli.ground.hands import Program
from linli.registers import book
from linli.site import queries

GOLDEN = Path(__file__).parent / "golden"
PASSWORD = "camphor-tree-by-the-river"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever may ask the database of the tests is marked so; all else cannot, and is told so if it tries."""
    for item in items:
        if {"db", "transactional_db"} & {*getattr(item, "fixturenames", ())} or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once():
    """Each test client builds the middleware anew, and with it the list of static files: it is made once."""
    found: dict[str, object] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def once(self) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Numbers of rows come again in another test, and with them editions of areas that were other areas."""
    for kept in (*areas.KEPT, queries._town, queries._counts, backgrounds.extent_of, backgrounds.outlined):
        kept.cache_clear()
    book.forget()


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    """Password hashes cost as little as they can; nothing here keeps a secret."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def at() -> datetime:
    """The moment of every test: a Tuesday morning in Chongqing."""
    return datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def program() -> Program:
    """A program of the house: may everything, holds no post."""
    return Program("test")


@pytest.fixture
def account(db, at, program) -> Callable[..., Account]:
    """Opens an account with one post: account("li", "grid-worker", "500199001001001")."""

    def opened(sign_in_name: str = "admin", role: str = "administrator", area: str = "") -> Account:
        who = opening.open_account(sign_in_name=sign_in_name, name=sign_in_name, password=PASSWORD, by=program, at=at)
        asked = appointing.Appointment(role=role, area=area, since=date(2026, 1, 1))
        appointing.give(who, asked, by=program, at=at)
        return who

    return opened


@pytest.fixture
def actor(account, at) -> Callable[..., Actor]:
    """The same, as an Actor."""

    def acting(sign_in_name: str = "admin", role: str = "administrator", area: str = "") -> Actor:
        return actor_for(account(sign_in_name, role, area), today=at.date())

    return acting


@pytest.fixture
def signed_in(account) -> Callable[..., Client]:
    """A browser in which someone is signed in."""

    def browser(sign_in_name: str = "admin", role: str = "administrator", area: str = "") -> Client:
        client = Client()
        client.force_login(account(sign_in_name, role, area))
        return client

    return browser


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with the kept one; UPDATE_GOLDEN=1 keeps the new one for reviewers to read."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.read_text("utf-8") == text

    return compare
