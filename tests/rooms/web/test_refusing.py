"""Refusals and troubles, as page, notice and JSON; with the database locked, gone or its disk full."""

import sqlite3

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import path
from django.utils.translation import override

from linli.access.gates import PUBLIC, gate
from linli.ground.refusals import NotPermitted, Refusal
from linli.ground.words import Words
from linli.site import errors, urls
from linli.web.middleware import sentence, shown
from linli.web.troubles import Busy, Full, Gone, trouble_of


def fault(name):
    """What Django raises when SQLite answers so."""
    cause = sqlite3.OperationalError(name)
    cause.sqlite_errorname = name
    raised = OperationalError(name)
    raised.__cause__ = cause
    return raised


class Told(Exception):
    """As psycopg says it."""

    def __init__(self, sqlstate):
        self.sqlstate = sqlstate


def from_postgres(sqlstate):
    raised = OperationalError(sqlstate)
    raised.__cause__ = Told(sqlstate)
    return raised


@pytest.mark.parametrize(
    ("raised", "trouble"),
    [
        (fault("SQLITE_BUSY"), Busy),
        (fault("SQLITE_BUSY_SNAPSHOT"), Busy),
        (fault("SQLITE_LOCKED"), Busy),
        (fault("SQLITE_FULL"), Full),
        (fault("SQLITE_IOERR_WRITE"), Gone),
        (fault("SQLITE_CANTOPEN"), Gone),
        (from_postgres("55P03"), Busy),
        (from_postgres("40001"), Busy),
        (from_postgres("53100"), Full),
        (from_postgres("57P01"), Gone),
        (from_postgres("08006"), Gone),
        (from_postgres(None), Gone),
        (InterfaceError("connection already closed"), Gone),
        (OSError(28, "No space left on device"), Full),
        (fault("SQLITE_ERROR"), type(None)),
        (from_postgres("42P01"), type(None)),
        (ValueError("a bug"), type(None)),
    ],
)
def test_which_trouble_a_fault_is(raised, trouble):
    assert type(trouble_of(raised)) is trouble


RAISED = {}


@gate(PUBLIC)
def breaking(request):
    raise RAISED["now"]


@pytest.fixture
def break_with(monkeypatch):
    """A page at /breaking that raises what it is given."""
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("breaking", breaking, name="breaking")])
    from django.urls import clear_url_caches  # noqa: PLC0415 - the caches are those of this test

    clear_url_caches()
    yield lambda raised: RAISED.update(now=raised)
    clear_url_caches()


def raising(fault):
    """A stand-in that raises."""

    def stand_in(*_arguments, **_named):
        raise fault

    return stand_in


def no_queries(*_arguments):
    raise AssertionError("this page must ask nothing of the database")


def ask(method="get", data=None, **headers):
    """/breaking, asked with the database out of reach."""
    client = Client(raise_request_exception=False, headers={"accept-language": "en", **headers})
    with connection.execute_wrapper(no_queries):
        return getattr(client, method)("/breaking", data)


def test_a_busy_database_is_said_with_when_to_come_back(db, break_with):
    break_with(fault("SQLITE_BUSY"))
    answer = ask()
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "5", "no-store")
    text = answer.content.decode()
    assert "The database is busy" in text and "database.busy" in text and "<h1>" in text


def test_what_a_form_sent_is_offered_again(db, break_with):
    break_with(fault("SQLITE_BUSY"))
    text = ask("post", {"name": "<樟树>", "grid": ["1", "2"], "csrfmiddlewaretoken": "old"}).content.decode()
    assert '<form method="post" action="/breaking"' in text
    assert '<input type="hidden" name="name" value="&lt;樟树&gt;">' in text
    assert text.count('name="grid"') == 2
    assert text.count('name="csrfmiddlewaretoken"') == 1 and 'value="old"' not in text


def test_the_form_that_is_offered_again_passes_the_csrf_guard(db, break_with):
    break_with(fault("SQLITE_BUSY"))
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    page = client.get("/sign-in").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    again = client.post("/breaking", {"name": "x", "csrfmiddlewaretoken": token}).content.decode()
    kept = again.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    break_with(NotPermitted(permission="x"))
    assert client.post("/breaking", {"name": "x", "csrfmiddlewaretoken": kept}).status_code == 403
    assert b"not-permitted" in client.post("/breaking", {"name": "x", "csrfmiddlewaretoken": kept}).content
    assert b"forged" in client.post("/breaking", {"name": "x"}).content


def test_no_page_repeats_a_password(db, account, monkeypatch):
    account("zhou")
    monkeypatch.setattr(
        "linli.access.signing.authenticate", lambda *_, **__: (_ for _ in ()).throw(fault("SQLITE_BUSY"))
    )
    client = Client(raise_request_exception=False)
    answer = client.post("/sign-in", {"sign_in_name": "zhou", "password": "hidden-thing"})
    assert answer.status_code == 503
    assert "hidden-thing" not in answer.content.decode()


def test_a_bug_shows_a_page_that_asks_nothing_of_the_database(db, break_with):
    break_with(ValueError("a bug"))
    answer = ask()
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "Something broke on our side" in text and "a bug" not in text and "Traceback" not in text


def test_a_trouble_met_by_a_middleware_is_called_by_its_name(db, monkeypatch):
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", raising(fault("SQLITE_CANTOPEN")))
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/journal/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "database.gone" in answer.content.decode()


def test_htmx_is_given_a_notice_for_the_news_line(db, break_with):
    break_with(NotPermitted(permission="draw and split areas"))
    answer = ask(**{"hx-request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (403, "#news")
    text = answer.content.decode()
    assert text.lstrip().startswith('<div class="notice') and "<html" not in text
    assert "draw and split areas" in text


def test_machines_are_told_in_json(db, break_with):
    break_with(fault("SQLITE_FULL"))
    answer = ask(accept="application/json")
    assert answer.status_code == 507
    assert answer.json()["code"] == "disk.full"


def test_a_refusal_is_said_in_the_readers_language(db, break_with):
    class Shut(Refusal):
        code, words, next_step = "shut", "Sign in first.", "Check both and try again."

    break_with(Shut())
    client = Client(headers={"accept-language": "zh-CN"})
    assert "请先登录" in client.get("/breaking").content.decode()


@pytest.mark.parametrize(("language", "post", "their"), [("en", "your post", "posts"), ("zh-CN", "您岗位", "岗位")])
def test_a_visitor_is_not_told_of_a_post_they_have_not(db, account, language, post, their):
    """Whoever holds a post is told that it may not reach there; a visitor, or someone without one, is not."""
    visitor, without, clerk = (Client(headers={"accept-language": language}) for _ in range(3))
    resigned = account("hu")
    resigned.posts.all().delete()
    without.force_login(resigned)
    clerk.force_login(account("zhou", role="community-clerk", area="500199001001"))
    for client in (visitor, without):
        answer = client.get("/areas/999999/")
        said = answer.content.decode().partition("<h1>")[2].partition("</main>")[0]
        assert answer.status_code == 404 and post not in said and their in said
    answer = clerk.get("/areas/999999/")
    assert answer.status_code == 404 and post in answer.content.decode().partition("<h1>")[2]


def test_the_way_on_stands_on_the_page(db, account, break_with):
    """After a trouble the same page is asked again; a visitor who finds nothing may sign in and come back to it."""
    break_with(fault("SQLITE_BUSY"))
    assert '<a class="button" href="/breaking">Try again</a>' in ask().content.decode()
    assert "Try again</a>" not in ask("post", {"name": "x"}).content.decode()
    client, back = Client(headers={"accept-language": "en"}), 'href="/sign-in?next=/areas/999999/%3Fa%3D1"'
    assert back in client.get("/areas/999999/?a=1").content.decode()
    client.force_login(account("zhou"))
    assert back not in client.get("/areas/999999/?a=1").content.decode()


@pytest.mark.parametrize("address", ["/", "/health", "/areas/", "/sign-in", "/journal/", "/areas/999999/"])
def test_the_head_of_a_page_alone_is_told_as_with_the_page(db, address):
    """So ask those who watch whether a server is up, and `curl -I`."""
    client = Client()
    whole, head = client.get(address), client.head(address)
    assert head.status_code == whole.status_code != 405
    assert head["Content-Type"] == whole["Content-Type"]


def test_what_no_field_can_mend_is_not_called_a_thing_to_correct(db):
    """Who must wait, or whose name and password do not belong together, has no field to correct; an empty one is."""
    client = Client(headers={"accept-language": "en"})
    wrong = client.post("/sign-in", {"sign_in_name": "nobody", "password": "not-the-one"}).content.decode()
    empty = client.post("/sign-in", {"sign_in_name": "", "password": ""}).content.decode()
    assert "This was not done" in wrong and "This needs correcting" not in wrong
    assert "This needs correcting" in empty


def test_error_pages_keep_the_chosen_theme(db, break_with):
    break_with(ValueError("a bug"))
    client = Client(raise_request_exception=False)
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/breaking").content.decode()


@pytest.mark.parametrize(
    ("show", "status"),
    [
        (lambda request: errors.not_found(request, Exception()), 404),
        (lambda request: errors.malformed(request, Exception()), 400),
        (lambda request: errors.forged(request), 403),
        (lambda request: errors.broken(request), 500),
    ],
)
def test_each_error_says_what_and_what_next(db, at, show, status):
    request = RequestFactory().get("/somewhere", headers={"accept": "application/json"})
    request.at = at
    answer = show(request)
    assert answer.status_code == status


def test_a_refusal_without_a_next_step_is_whole(db, at):
    request = RequestFactory().get("/", headers={"accept": "application/json"})
    request.at = at
    assert shown(request, Refusal()).status_code == 409


def test_only_words_of_ours_are_translated():
    """An area may be called Home: it is no word for the home page."""
    with override("zh-hans"):
        assert sentence("%(what)s", {"what": "Home"}) == "Home"
        assert sentence("%(what)s", {"what": Words("Home")}) == "首页"
