"""A city's own sign-on, against a provider that runs here and speaks real HTTP."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from linli.access import city, factors
from linli.access.models import Account
from linli.journal.models import Entry
from tests.conftest import PASSWORD

from .provider import CLIENT, SECRET, Provider


@pytest.fixture(scope="module")
def running():
    with Provider() as provider:
        yield provider


@pytest.fixture
def provider(running, settings):
    """The provider, telling the truth; and this house set up as its client."""
    running.lie, running.subject = {}, "person-7"
    running.asked.clear()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = running.issuer, CLIENT, SECRET
    return running


@pytest.fixture
def zhou(account, at):
    """Someone whose account is linked with person-7 there."""
    who = account("zhou", "community-clerk", "500199001001")
    SocialAccount.objects.create(user=who, provider=city.NAME, uid="person-7")
    return who


def there(client, path="/sign-in/city?next=/areas/"):
    """Goes to the provider as a browser does; the address it is sent back to."""
    asked = client.get(path)
    assert asked.status_code == 302, asked.content.decode()[-600:]
    answer = requests.get(asked["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    assert (back.netloc, back.path) == ("testserver", "/sign-in/city/back")
    return f"{back.path}?{back.query}"


def is_in(client):
    return client.get("/account/sign-ins").status_code == 200


def test_a_linked_account_is_signed_in_and_led_where_it_was_going(provider, zhou):
    client = Client()
    answer = client.get(there(client))
    assert (answer.status_code, answer["Location"]) == (303, "/areas/")
    assert is_in(client)
    assert Entry.objects.get(verb="account.signed-in").said == {"how": "city"}


def test_what_is_asked_carries_state_nonce_and_a_challenge(provider, zhou):
    there(Client())
    asked = provider.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert all(len(asked[name]) >= 16 for name in ("state", "nonce", "code_challenge"))


def test_no_account_is_ever_made(provider, account):
    account("zhou")
    client = Client()
    assert client.get(there(client)).status_code == 403
    assert not is_in(client)
    assert (Account.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert Entry.objects.filter(verb="sign-in.refused", thing="").count() == 1


def test_someone_who_left_is_not_let_in(provider, zhou):
    zhou.is_active = False
    zhou.save()
    client = Client()
    assert client.get(there(client)).status_code == 403


def test_the_second_factor_is_asked_all_the_same(provider, zhou, monkeypatch):
    monkeypatch.setattr(factors, "has", lambda account: True)
    client = Client()
    assert client.get(there(client))["Location"] == "/sign-in/second-factor"
    assert not is_in(client)


def test_another_next_than_ours_is_dropped(provider, zhou):
    client = Client()
    answer = client.get(there(client, "/sign-in/city?next=https://elsewhere.example/"))
    assert answer["Location"] == "/"


def refused(client, path):
    answer = client.get(path)
    assert answer.status_code == 400
    assert not is_in(client)


def test_a_forged_state_is_refused(provider, zhou):
    client = Client()
    back = there(client)
    refused(client, back.replace(parse_qs(urlsplit(back).query)["state"][0], "f" * 16))


def test_an_answer_meant_for_another_browser_is_refused(provider, zhou):
    """Someone signs in there, and plants the answer in the browser of another (login CSRF)."""
    back = there(Client())
    refused(Client(), back)


def test_an_answer_is_taken_once(provider, zhou):
    client = Client()
    back = there(client)
    client.get(back)
    client.post("/sign-out")
    refused(client, back)


@pytest.mark.parametrize("query", ["", "?code=a", "?state=a", "?error=access_denied&state=a"])
def test_an_answer_without_its_parts_is_refused(provider, zhou, query):
    refused(Client(), f"/sign-in/city/back{query}")


def test_a_code_without_its_verifier_is_refused(provider, zhou):
    """A code overheard is worth nothing: another browser has another verifier."""
    first, second = Client(), Client()
    code = parse_qs(urlsplit(there(first)).query)["code"][0]
    state = parse_qs(urlsplit(there(second)).query)["state"][0]
    refused(second, f"/sign-in/city/back?code={code}&state={state}")


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "forged"},
        {"nonce": None},
        {"aud": "another-client"},
        {"iss": "http://127.0.0.1:9"},
        {"exp": 946_684_800},
        {"exp": None},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_says_otherwise_is_refused(provider, zhou, claims):
    provider.lie = {"claims": claims}
    client = Client()
    refused(client, there(client))


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_signed_otherwise_is_refused(provider, zhou, algorithm):
    provider.lie = {"algorithm": algorithm}
    client = Client()
    refused(client, there(client))


def test_a_token_may_leave_unsaid_which_of_one_key_signed_it(provider, zhou):
    provider.lie = {"header": {}}
    client = Client()
    assert client.get(there(client)).status_code == 303


def test_a_token_naming_an_unknown_key_is_refused(provider, zhou):
    provider.lie = {"header": {"kid": "two"}}
    client = Client()
    refused(client, there(client))


def test_a_token_signed_by_another_key_is_refused(provider, zhou):
    provider.lie = {"key": provider.other}
    client = Client()
    refused(client, there(client))


def test_a_provider_that_calls_itself_otherwise_is_not_asked(provider, zhou):
    provider.lie = {"configuration": {"issuer": "http://elsewhere.example"}}
    assert Client().get("/sign-in/city").status_code == 502


def test_a_provider_that_does_not_answer_is_said_to_be_away(provider, settings, zhou):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert Client().get("/sign-in/city").status_code == 502
    assert Client().get("/sign-in").status_code == 200


def test_without_a_provider_there_is_no_such_page(zhou):
    for path in ("/sign-in/city", "/sign-in/city/back"):
        assert Client().get(path).status_code == 404
    assert "/sign-in/city" not in Client().get("/sign-in").content.decode()


# -- linking ----------------------------------------------------------------------------------------


@pytest.fixture
def li(account):
    """Signed in by password, linked with nothing yet."""
    account("li", "community-clerk", "500199001001")
    client = Client()
    client.post("/sign-in", {"sign_in_name": "li", "password": PASSWORD})
    client.post("/account/sign-on", {"password": PASSWORD})
    return client


def test_linking_asks_for_the_password_just_before_and_serves_once(provider, li, monkeypatch):
    """A page elsewhere may lead someone to the address, and by it to a sign-on that is not theirs."""
    there(li, "/account/sign-on/link")
    assert li.get("/account/sign-on/link")["Location"] == "/account/sign-on"
    assert li.post("/account/sign-on", {"password": "wrong"}).status_code == 400
    assert li.get("/account/sign-on/link")["Location"] == "/account/sign-on"
    li.post("/account/sign-on", {"password": PASSWORD})
    monkeypatch.setattr(city, "MAY_LINK_FOR", timedelta(0))
    assert li.get("/account/sign-on/link")["Location"] == "/account/sign-on"


def test_one_links_ones_own_account_while_signed_in(provider, li):
    assert li.get(there(li, "/account/sign-on/link"))["Location"] == "/account/sign-on"
    li.post("/sign-out")
    assert li.get(there(li)).status_code == 303
    assert is_in(li)
    assert Entry.objects.filter(verb="sign-on.linked").count() == 1


def test_a_sign_on_opens_one_account(provider, li, zhou):
    assert li.get(there(li, "/account/sign-on/link")).status_code == 409
    assert SocialAccount.objects.get().user == zhou


def test_linking_needs_someone_signed_in_when_the_answer_comes(provider, li):
    back = there(li, "/account/sign-on/link")
    session = li.session
    del session["_auth_user_id"]
    session.save()
    assert li.get(back).status_code == 400
    assert not SocialAccount.objects.exists()


def test_a_link_taken_off_opens_nothing(provider, li):
    li.get(there(li, "/account/sign-on/link"))
    li.post("/account/sign-on/unlink")
    li.post("/sign-out")
    assert li.get(there(li)).status_code == 403


def test_nothing_the_provider_says_of_a_person_is_kept(provider, li):
    li.get(there(li, "/account/sign-on/link"))
    assert SocialAccount.objects.get().extra_data == {}
