"""The second factor: codes taken once, recovery codes, who must have one, the supervised reset."""

import base64
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from linli.access import appointing, factors
from linli.access.actors import actor_for
from linli.ground.refusals import NotPermitted, OutsideScope
from linli.journal.models import Entry
from tests.conftest import PASSWORD

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
COMMUNITY = "500199001001"


@pytest.fixture
def clock(time_machine):
    """The server's clock, set to noon; then so many seconds after."""
    time_machine.move_to(NOON, tick=False)
    return lambda seconds: time_machine.move_to(NOON + timedelta(seconds=seconds), tick=False)


def code(secret, seconds=0):
    """What the app shows so many seconds after noon."""
    return format_hotp_value(hotp_value(secret, int(NOON.timestamp() + seconds) // 30))


def first_step(client, name="zhou"):
    return client.post("/sign-in", {"sign_in_name": name, "password": PASSWORD, "next": "/areas/"})


def second_step(client, digits):
    return client.post("/sign-in/second-factor", {"code": digits})


@pytest.fixture
def zhou(account):
    """Someone with an app: the account, the app's key, the recovery codes. The code of two minutes ago is spent."""
    who = account("zhou", "community-clerk", COMMUNITY)
    secret = factors.new_secret()
    before = NOON - timedelta(minutes=2)
    codes = factors.set_up_app(who, secret=secret, code=code(secret, -120), by=By(who.ref), at=before)
    return who, secret, codes


class By:
    """A hand for verbs on one's own account."""

    post = ""

    def __init__(self, ref):
        self.ref = ref


def test_the_password_alone_signs_nobody_in(zhou, clock):
    client = Client()
    answer = first_step(client)
    assert answer["Location"] == "/sign-in/second-factor"
    assert client.get("/account/sign-ins").status_code == 302
    assert not Entry.objects.filter(verb="account.signed-in").exists()


def test_the_code_of_the_app_does_and_leads_where_one_was_going(zhou, clock):
    client = Client()
    first_step(client)
    answer = second_step(client, code(zhou[1]))
    assert (answer.status_code, answer["Location"]) == (303, "/areas/")
    assert client.get("/account/sign-ins").status_code == 200
    assert Entry.objects.get(verb="account.signed-in").said == {"how": "password totp"}


@pytest.mark.parametrize(("seconds", "status"), [(-60, 400), (-30, 303), (0, 303), (30, 303), (60, 400)])
def test_clocks_may_drift_by_one_step_and_no_more(zhou, clock, seconds, status):
    client = Client()
    first_step(client)
    assert second_step(client, code(zhou[1], seconds)).status_code == status


def test_a_code_is_taken_once(zhou, clock):
    """Also half a minute later, when it would still be in its time: allauth's own memory is shorter than that."""
    first, again = Client(), Client()
    first_step(first)
    assert second_step(first, code(zhou[1])).status_code == 303
    first_step(again)
    assert second_step(again, code(zhou[1])).status_code == 400
    clock(31)
    assert second_step(again, code(zhou[1])).status_code == 400
    assert second_step(again, code(zhou[1], 31)).status_code == 303


def test_a_code_older_than_the_last_one_taken_is_not_taken(zhou, clock):
    first, again = Client(), Client()
    first_step(first)
    second_step(first, code(zhou[1], 30))
    first_step(again)
    assert second_step(again, code(zhou[1])).status_code == 400


def test_a_clock_set_back_brings_no_code_to_life_again(zhou, clock):
    client = Client()
    first_step(client)
    second_step(client, code(zhou[1]))
    clock(-30)
    again = Client()
    first_step(again)
    assert second_step(again, code(zhou[1])).status_code == 400


def test_the_code_that_proved_the_app_signs_nobody_in(account, clock):
    who, secret = account("zhou"), factors.new_secret()
    factors.set_up_app(who, secret=secret, code=code(secret), by=By(who.ref), at=NOON)
    client = Client()
    first_step(client)
    assert second_step(client, code(secret)).status_code == 400


def test_each_recovery_code_opens_once(zhou, clock):
    codes = zhou[2]
    assert len(set(codes)) == 10
    answers = []
    for digits in (codes[0], codes[0], f"{codes[1][:4]} {codes[1][4:]}"):
        client = Client()
        first_step(client)
        answers.append(second_step(client, digits).status_code)
    assert answers == [303, 400, 303]
    assert factors.of(zhou[0])["codes_left"] == 8


def test_new_recovery_codes_make_the_old_ones_worthless(zhou, clock):
    who, _, old = zhou
    fresh = factors.new_codes(who, by=By(who.ref), at=NOON)
    assert not set(fresh) & set(old)
    with pytest.raises(factors.WrongCode):
        factors.accept(who, old[0], at=NOON)
    assert factors.accept(who, fresh[0], at=NOON) == "recovery_codes"


def test_codes_are_not_guessed(zhou, clock):
    client = Client()
    first_step(client)
    wrong = f"{(int(code(zhou[1])) + 500_000) % 1_000_000:06}"
    assert [second_step(client, wrong).status_code for _ in range(6)] == [400] * 5 + [429]
    assert second_step(client, code(zhou[1])).status_code == 429
    refused = Entry.objects.filter(verb="sign-in.refused")
    assert {entry.said["how"] for entry in refused} == {"second-factor"}


def test_waiting_for_the_second_step_ends_after_ten_minutes(zhou, clock):
    client = Client()
    first_step(client)
    clock(601)
    answer = second_step(client, code(zhou[1], 601))
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in")
    assert client.get("/account/sign-ins").status_code == 302


def test_the_second_step_alone_is_nothing(zhou, clock):
    assert second_step(Client(), code(zhou[1]))["Location"] == "/sign-in"


def test_a_session_fixed_before_the_second_step_is_worth_nothing(zhou, clock):
    victim, thief = Client(), Client()
    first_step(victim)
    half = victim.session.session_key
    second_step(victim, code(zhou[1]))
    thief.cookies["sessionid"] = half
    assert victim.session.session_key != half
    assert thief.get("/account/sign-ins").status_code == 302


def test_who_planted_the_session_key_does_not_stand_at_the_second_step(zhou, clock):
    victim, thief = Client(), Client()
    session = thief.session
    session["planted"] = 1
    session.save()
    victim.cookies["sessionid"] = thief.cookies["sessionid"] = session.session_key
    first_step(victim)
    assert victim.get("/sign-in/second-factor").status_code == 200
    assert thief.get("/sign-in/second-factor").status_code == 303


def test_keys_lie_sealed_in_the_database(zhou):
    _, secret, codes = zhou
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept and not any(each in kept for each in codes)


# -- setting one up ---------------------------------------------------------------------------------


def test_setting_up_shows_the_key_as_picture_and_as_text_and_the_codes_once(account, clock):
    account("zhou", "community-clerk", COMMUNITY)
    client = Client()
    first_step(client)
    page = client.get("/account/second-factor/app").content.decode()
    secret = client.session["app-secret"]
    assert "<svg" in page and " ".join(re.findall(".{4}", secret)) in page
    told = client.post("/account/second-factor/app", {"code": code(secret), "password": PASSWORD})
    codes = re.findall(r"<li class=\"code\">(\d{4}) (\d{4})</li>", told.content.decode())
    assert len(codes) == 10 and "no-store" in told["Cache-Control"]
    assert "app-secret" not in client.session
    assert not re.search(r"\d{4} \d{4}", client.get("/account/second-factor").content.decode())


def test_the_picture_says_what_apps_read(zhou):
    address = urlsplit(factors.address_for_app(zhou[0], "GEZDGNBVGY3TQOJQ"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    told = parse_qs(address.query)
    assert told["secret"] == ["GEZDGNBVGY3TQOJQ"] and told["issuer"] in (["Linli"], ["邻里"])


def test_the_sums_are_those_of_the_standard():
    """RFC 6238, appendix B: at 59 seconds the eight figures are 94287082."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert factors.step_of(secret, "287082", at=datetime.fromtimestamp(59, UTC)) == 1


@pytest.mark.parametrize("given", [{"code": "000000", "password": PASSWORD}, {"code": "", "password": "wrong-one"}])
def test_nothing_is_set_up_without_the_code_and_the_password(account, clock, given):
    who = account("zhou", "community-clerk", COMMUNITY)
    client = Client()
    first_step(client)
    client.get("/account/second-factor/app")
    given = given | ({} if given["code"] else {"code": code(client.session["app-secret"])})
    assert client.post("/account/second-factor/app", given).status_code == 400
    assert not factors.has(who)


def test_removing_it_asks_for_the_password(zhou, clock):
    client = Client()
    first_step(client)
    second_step(client, code(zhou[1]))
    number = factors.of(zhou[0])["app"].pk
    assert client.post(f"/account/second-factor/{number}/remove", {"password": "wrong-one"}).status_code == 400
    assert factors.has(zhou[0])
    assert client.post(f"/account/second-factor/{number}/remove", {"password": PASSWORD}).status_code == 303
    assert not Authenticator.objects.exists()


def test_nobody_removes_that_of_another(zhou, account, clock):
    account("li", "community-clerk", COMMUNITY)
    client = Client()
    first_step(client, "li")
    number = factors.of(zhou[0])["app"].pk
    assert client.post(f"/account/second-factor/{number}/remove", {"password": PASSWORD}).status_code == 404
    assert factors.has(zhou[0])


# -- who must have one ------------------------------------------------------------------------------


@pytest.fixture
def asked_of_clerks(settings):
    settings.SECOND_FACTOR_ROLES = ["community-clerk"]


def test_within_the_grace_one_is_reminded_and_goes_on(asked_of_clerks, account, clock):
    account("zhou", "community-clerk", COMMUNITY)
    client = Client()
    assert first_step(client)["Location"] == "/account/second-factor?next=%2Fareas%2F"
    page = client.get("/account/second-factor?next=/areas/", headers={"accept-language": "en"}).content.decode()
    assert "2026-12-01 09:00" in page and 'href="/areas/"' in page
    assert client.get("/journal/").status_code == 200


def test_after_the_grace_one_goes_nowhere_else_until_it_is_set_up(asked_of_clerks, account, clock):
    account("zhou", "community-clerk", COMMUNITY)
    clock(8 * 86400)
    client = Client()
    first_step(client)
    assert client.get("/journal/")["Location"] == "/account/second-factor?next=%2Fjournal%2F"
    assert client.post("/account/sign-ins/end-others").status_code == 403
    assert client.get("/account/second-factor").status_code == 200
    client.get("/account/second-factor/app")
    digits = code(client.session["app-secret"], 8 * 86400)
    client.post("/account/second-factor/app", {"code": digits, "password": PASSWORD})
    assert client.get("/journal/").status_code == 200


def test_other_roles_are_not_asked(asked_of_clerks, account, clock):
    account("li", "grid-worker", COMMUNITY + "001")
    clock(8 * 86400)
    client = Client()
    assert first_step(client, "li")["Location"] == "/areas/"


def test_the_last_one_stays_where_a_post_asks_for_it(asked_of_clerks, zhou, clock):
    with pytest.raises(factors.FactorRequired):
        factors.remove(zhou[0], number=factors.of(zhou[0])["app"].pk, by=By(zhou[0].ref), at=NOON)
    assert factors.has(zhou[0]) and factors.of(zhou[0])["codes_left"] == 10


# -- the supervised reset ---------------------------------------------------------------------------


def test_an_administrator_resets_it_with_a_reason_and_it_is_written_down(zhou, account, clock):
    who = zhou[0]
    there = Client()
    first_step(there)
    second_step(there, code(zhou[1]))
    account("boss", "administrator", "500199")
    boss = Client()
    first_step(boss, "boss")
    given = {"reason": "came to the desk with her ID card", "password": PASSWORD}
    assert boss.post(f"/accounts/{who.ref}/second-factor/reset", given).status_code == 303
    assert not factors.has(who)
    assert there.get("/account/sign-ins").status_code == 302
    told = Entry.objects.get(verb="second-factor.reset")
    assert (told.thing, told.said) == (who.ref, {"reason": given["reason"]})


@pytest.mark.parametrize(
    ("role", "area", "refusal"),
    [("administrator", "500198", OutsideScope), ("community-clerk", COMMUNITY, NotPermitted)],
)
def test_a_reset_of_someone_elses_is_refused(zhou, actor, at, role, area, refusal):
    by = actor("other", role, area)
    with pytest.raises(refusal):
        factors.reset(zhou[0], reason="because I say so", by=by, at=at)
    assert factors.has(zhou[0])


def test_the_pages_of_it_are_not_there_for_those_outside(zhou, signed_in):
    path = f"/accounts/{zhou[0].ref}/second-factor/reset"
    assert signed_in("outsider", "administrator", "500198").get(path).status_code == 404
    assert signed_in("clerk", "community-clerk", COMMUNITY).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_every_post_of_the_account_must_lie_within_the_resetters(zhou, actor, program, at):
    who = zhou[0]
    asked = appointing.Appointment(role="volunteer", area="500198001", since=at.date())
    appointing.give(who, asked, by=program, at=at)
    with pytest.raises(OutsideScope):
        factors.reset(who, reason="came to the desk", by=actor("boss", "administrator", "500199"), at=at)


def test_nobody_resets_their_own(account, at):
    who = account("boss")
    by = actor_for(who, today=at.date())
    with pytest.raises(factors.NotOneselfs):
        factors.reset(who, reason="I lost my phone", by=by, at=at)


def test_no_reset_without_a_reason(zhou, actor, at):
    with pytest.raises(factors.ReasonNeeded):
        factors.reset(zhou[0], reason=" ", by=actor("boss"), at=at)
