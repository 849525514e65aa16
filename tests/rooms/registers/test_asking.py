"""What someone looks for is kept for them alone, for a while, and stands in no address."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from linli.access.actors import Actor
from linli.ground.hands import Program
from linli.registers import asking, chores, keeping
from linli.registers.models import Asking, Register
from tests.browser import small_town

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
ME = Actor("A-ME", "周社", "S", "community-clerk", "500199001001", frozenset())
OTHER = Actor("A-OTHER", "外人", "S", "community-clerk", "500199001001", frozenset())


def test_who_asked_gets_it_back_and_nobody_else():
    token = asking.keep({"typed": "王大宝"}, by=ME, at=AT)
    assert asking.kept(token, viewer=ME, at=AT) == {"typed": "王大宝"}
    for viewer, said, at in ((OTHER, token, AT), (ME, "another", AT), (ME, token, AT + asking.KEPT)):
        with pytest.raises(asking.AskingGone):
            asking.kept(said, viewer=viewer, at=at)


def test_it_lies_sealed_and_its_token_lies_nowhere():
    token = asking.keep({"typed": "王大宝"}, by=ME, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, said FROM registers_asking")
        [(digest, said)] = cursor.fetchall()
    assert token not in digest and "王大宝".encode() not in bytes(said)


def test_what_is_past_its_time_is_forgotten():
    asking.keep({}, by=ME, at=AT)
    chores.forget_askings(AT + asking.KEPT - timedelta(seconds=1))
    assert Asking.objects.count() == 1
    chores.forget_askings(AT + asking.KEPT)
    assert Asking.objects.count() == 0


def test_a_search_leaves_no_address_with_what_was_typed(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    small_town.lay()
    said = {"person.name": "王大宝", "person.phone": "13800000001", "person.identity_number": "11010519491231002X"}
    said["person.born_on"] = date(1949, 12, 31)
    keeping.add(Register.PERSON, said, area="500199001001001", by=Program("test"), at=AT)
    client = Client()
    client.force_login(small_town.account("zhou"))
    for typed in ("王大宝", "13800000001", "11010519491231002X", "wangdabao"):
        answer = client.post(reverse("registers"), {"q": typed})
        assert answer.status_code == 303 and typed not in answer.url
        page = client.get(answer.url)
        assert len(page.context["found"]) == 1
        assert "no-store" in page["Cache-Control"]
        assert [each for each in (page.content.decode().split("href=")[1:]) if typed in each.split(">")[0]] == []
    assert client.get(reverse("registers"), {"q": "王大宝"}).context["found"] == []
    other = Client()
    other.force_login(small_town.account("li"))
    assert other.get(answer.url).status_code == 410
