"""Who must have a second factor: rules with a date, the file's first, then what administrators said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.access import appointing, factor_rules, factors
from linli.access.appointing import Appointment
from linli.access.factor_rules import PUBLISHED, Rule
from linli.access.models import Account
from linli.ground.refusals import NotPermitted, OutsideScope
from tests.conftest import PASSWORD

COMMUNITY = "500199001001"
TODAY = date(2026, 11, 24)


@pytest.fixture
def published(settings):
    settings.SECOND_FACTOR_ROLES = [PUBLISHED]


def clerks(**other):
    return Rule(**{"role": "community-clerk", "asked": True, "since": TODAY, "grace_days": 3, **other})


def asked(who, at):
    return factors.must_have(who, at=at)


def test_the_file_asks_administrators_and_says_by_whose_word(published, account, at):
    assert asked(account("admin"), at) and not asked(account("zhou", "community-clerk", COMMUNITY), at)
    assert all(rule.source and rule.since <= TODAY for rule in factor_rules.published().values())


def test_a_rule_holds_from_its_day_on_and_the_grace_counts_from_it(account, program, at):
    zhou = account("zhou", "community-clerk", COMMUNITY)
    factor_rules.ask(clerks(since=TODAY + timedelta(days=2)), by=program, at=at)
    assert not asked(zhou, at) and factors.due_at(zhou, at=at) is None
    later = at + timedelta(days=2)
    assert factors.due_at(zhou, at=later) == datetime(2026, 11, 28, 16, 0, tzinfo=UTC)  # three days after that morning


def test_the_grace_counts_from_the_post_where_that_came_last(account, program, at):
    zhou = account("zhou", "grid-worker", f"{COMMUNITY}001")
    factor_rules.ask(clerks(since=TODAY - timedelta(days=300)), by=program, at=at)
    later = at + timedelta(days=30)
    appointing.give(zhou, Appointment(role="community-clerk", area=COMMUNITY), by=program, at=later)
    assert factors.due_at(zhou, at=later) == datetime(2026, 12, 26, 16, 0, tzinfo=UTC)


def test_a_township_asks_for_more_in_its_own_area_only(account, actor, program, at):
    here, there = account("zhou", "community-clerk", COMMUNITY), account("wu", "community-clerk", "500199002001")
    factor_rules.ask(clerks(area_code="500199001"), by=actor("boss", "administrator", "500199001"), at=at)
    assert asked(here, at) and not asked(there, at)


def test_an_area_cannot_let_go_what_the_whole_installation_asks(account, actor, program, at):
    zhou, boss = account("zhou", "community-clerk", COMMUNITY), actor("boss", "administrator", "500199001")
    factor_rules.ask(clerks(), by=program, at=at)
    with pytest.raises(factor_rules.AskedAbove):
        factor_rules.ask(clerks(area_code="500199001", asked=False), by=boss, at=at)
    factor_rules.ask(clerks(area_code="500199001"), by=boss, at=at)
    factor_rules.ask(clerks(area_code="500199001", asked=False, since=TODAY + timedelta(days=1)), by=boss, at=at)
    assert asked(zhou, at + timedelta(days=1))


def test_the_installation_lets_go_of_what_the_file_asks(published, account, program, at):
    boss = account("admin")
    factor_rules.ask(clerks(role="administrator", asked=False), by=program, at=at)
    assert not asked(boss, at) and asked(boss, at - timedelta(days=1))


def test_nobody_sets_a_rule_beyond_their_own(actor, at):
    with pytest.raises(OutsideScope):
        factor_rules.ask(clerks(), by=actor("boss", "administrator", "500199001"), at=at)
    with pytest.raises(NotPermitted):
        factor_rules.ask(clerks(area_code=COMMUNITY), by=actor("zhou", "community-clerk", COMMUNITY), at=at)


def test_what_is_said_later_for_the_same_day_takes_its_place(account, program, at):
    zhou = account("zhou", "community-clerk", COMMUNITY)
    factor_rules.ask(clerks(), by=program, at=at)
    factor_rules.ask(clerks(asked=False), by=program, at=at)
    assert not asked(zhou, at)


def test_the_page_shows_the_rules_and_who_lacks_one(published, signed_in, account, time_machine, at):
    time_machine.move_to(at, tick=False)
    boss = signed_in("boss", "administrator")
    zhou = account("zhou", "community-clerk", COMMUNITY)
    told = {"role": "community-clerk", "asked": "yes", "since": "2026-11-24", "grace_days": "5", "source": "街道通知"}
    assert boss.post("/people/second-factor", told).status_code == 303
    page = boss.get("/people/second-factor", headers={"accept-language": "en"}).content.decode()
    assert "community clerk" in page and "街道通知" in page and "OWASP ASVS 5.0, 6.3.3" in page
    assert zhou.ref in page
    assert boss.post("/people/second-factor", told | {"grace_days": "999"}).status_code == 400


def test_a_new_rule_reaches_an_open_page_at_its_next_request(account, program, time_machine):
    """Someone signed in before the rule was made sets a second factor up before anything else."""
    time_machine.move_to(datetime(2026, 11, 24, 4, 0, tzinfo=UTC), tick=False)
    account("zhou", "community-clerk", COMMUNITY)
    page = Client()
    page.post(reverse("sign-in"), {"sign_in_name": "zhou", "password": PASSWORD})
    assert page.get(reverse("registers")).status_code == 200
    old = TODAY - timedelta(days=400)
    factor_rules.ask(clerks(since=old, grace_days=2), by=program, at=datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    assert page.get(reverse("registers")).status_code == 200, "the grace begins with the account, which is new"
    Account.objects.update(opened_at=datetime(2026, 1, 1, tzinfo=UTC))
    factor_rules.ask(clerks(since=old, grace_days=1), by=program, at=datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    sent_on = page.get(reverse("registers"))
    assert sent_on.status_code == 302 and sent_on["Location"].startswith(reverse("factor"))
    assert page.post(reverse("register-export", args=["person"]), {"form": "csv"}).status_code == 403
    factor_rules.ask(clerks(asked=False), by=program, at=datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    assert page.get(reverse("registers")).status_code == 200


def test_a_post_given_meanwhile_asks_at_the_next_request(account, program, time_machine):
    moment = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    time_machine.move_to(moment, tick=False)
    li = account("li", "grid-worker", f"{COMMUNITY}001")
    Account.objects.update(opened_at=datetime(2026, 1, 1, tzinfo=UTC))
    factor_rules.ask(clerks(since=date(2026, 1, 1), grace_days=0), by=program, at=moment)
    page = Client()
    page.post(reverse("sign-in"), {"sign_in_name": "li", "password": PASSWORD})
    assert page.get(reverse("registers")).status_code == 200
    appointing.give(li, Appointment(role="community-clerk", area=COMMUNITY, since=TODAY), by=program, at=moment)
    assert page.get(reverse("registers")).status_code == 302
