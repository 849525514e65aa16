"""The timeline: who did what within the scope of one's post, as sentences, whoever asks."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

import linli
from linli.areas.models import Area
from linli.cases.lifecycle import BESIDE_MOVES
from linli.cases.stages import Move
from linli.journal import queries, sealing, writing
from linli.journal.models import Entry
from linli.site.history import told
from linli.site.history.views import SHOWN

pytestmark = pytest.mark.django_db
HERE, NEXT_DOOR = "500199001", "500198001"


@pytest.fixture
def clerk(signed_in):
    """周社, who reads the journal of one township; the entries her own account made are cleared away."""
    client = signed_in("zhou", "community-clerk", HERE)
    Entry.objects.all().delete()
    return client


@pytest.fixture
def everywhere(signed_in):
    """An administrator over everything."""
    client = signed_in()
    Entry.objects.all().delete()
    return client


def texts(client, address="/journal/", **headers):
    answer = client.get(address, headers={"Accept-Language": "en", **headers})
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_sees_what_happened_within_ones_post(clerk, wrote):
    wrote(1, "area.drawn", area=f"{HERE}002")
    wrote(1, "area.cut", area=NEXT_DOOR)
    wrote(1, "account.opened")
    page = texts(clerk)
    assert "drew T-0" in page
    assert "cut" not in page.split("timeline")[-1]
    assert "account.opened" not in page


def test_the_outsider_sees_nothing(signed_in, wrote):
    """外人, from the next district."""
    outsider = signed_in("wai", "community-clerk", NEXT_DOOR)
    wrote(3, "area.drawn", area=HERE)
    assert "drew" not in texts(outsider)
    assert "drew" not in texts(outsider, "/journal/?thing=T-0")
    assert "drew" not in texts(outsider, "/journal/?by=test")
    assert outsider.get(f"/journal/?area={HERE}").status_code == 404


def test_whoever_may_not_read_the_journal_is_told(signed_in):
    assert signed_in("li", "grid-worker", HERE).get("/journal/").status_code == 403
    assert Client().get("/journal/").status_code == 302


def test_what_happened_nowhere_is_for_those_everywhere(everywhere, wrote):
    wrote(1, "account.opened")
    assert "opened the account T-0" in texts(everywhere)


def test_names_stand_for_references(everywhere, at, actor):
    who = actor("li", "community-clerk", HERE)
    Entry.objects.all().delete()
    Area.objects.create(code=HERE, level=4, name="香樟街道")
    with transaction.atomic():
        writing.write("post.given", thing="S-1", by=who, at=at, area=HERE, account=who.ref, role="grid-worker")
    page = texts(everywhere)
    assert "gave li the post of grid worker over 香樟街道" in page
    assert f"?by={who.ref}" in page


def test_a_verb_nobody_has_told_is_still_shown(everywhere, wrote):
    wrote(1, "visit.made", area=HERE)
    assert "visit.made T-0" in texts(everywhere)


def test_a_sentence_whose_fact_is_missing_is_still_said(everywhere, wrote):
    wrote(1, "area.given")
    assert "gave land of T-0 to –" in texts(everywhere)


def test_what_entries_say_is_escaped(everywhere, wrote):
    wrote(1, "area.renamed", name="<script>", old='"><b>')
    page = texts(everywhere)
    assert "&lt;script&gt;" in page
    assert '<script>"' not in page
    assert '"><b>' not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("thing=t-1", ["T-1"]), ("group=area", ["T-0", "T-1"]), ("by=test", ["T-0", "T-1"]), ("by=x", [])],
)
def test_narrowed(everywhere, wrote, query, shown):
    wrote(2, "area.drawn")
    page = texts(everywhere, f"/journal/?{query}")
    assert [f"T-{i}" for i in range(2) if f"drew T-{i}" in page] == shown


def test_newest_first_by_day_and_paged_by_key(everywhere, wrote, at):
    entries = wrote(120, "area.drawn")
    for entry in entries:
        Entry.objects.filter(pk=entry.pk).update(at=at + timedelta(hours=entry.pk))
    seen, address = [], "/journal/"
    while address:
        answer = everywhere.get(address)
        lines = [line["id"] for day in answer.context["days"] for line in day.lines]
        seen += lines
        assert len(lines) <= SHOWN
        address = answer.context["older"] and f"/journal/{answer.context['older']}"
    assert seen == [entry.pk for entry in reversed(entries)]


def test_more_of_it_as_a_part_goes_on_with_the_day(everywhere, wrote):
    wrote(SHOWN + 10, "area.drawn")
    older = everywhere.get("/journal/").context["older"]
    part = texts(everywhere, f"/journal/{older}", **{"HX-Request": "true"})
    assert "<html" not in part
    assert "timeline-day" not in part
    assert part.count("timeline-item") == 10
    whole = texts(everywhere, f"/journal/{older}")
    assert "<html" in whole
    assert "timeline-day" in whole


@pytest.mark.parametrize("query", ["cursor=nonsense", "area=5x", "thing=%00"])
def test_an_address_of_ones_own_making_is_refused(everywhere, query):
    assert everywhere.get(f"/journal/?{query}").status_code == 400


@pytest.mark.parametrize("query", ["group=x", "day=2026-99-99", "thing=" + "x" * 500])
def test_odd_words_find_nothing_and_break_nothing(everywhere, query):
    assert everywhere.get(f"/journal/?{query}", headers={"HX-Request": "true"}).status_code == 200


def test_seals_are_shown(everywhere, wrote, at):
    wrote(1, "area.drawn")
    assert "not sealed yet" in texts(everywhere)
    sealing.seal_all(at=at)
    assert "sealed as 1" in texts(everywhere)


def test_any_number_of_entries_costs_the_same_queries(everywhere, wrote):
    everywhere.get("/journal/")  # what the house remembers of the town is known
    counts = []
    for more in (1, 40, 100):
        wrote(more, "area.drawn", area=HERE, taker=HERE)
        with CaptureQueriesContext(connection) as asked:
            everywhere.get("/journal/")
        counts.append(len(asked))
    assert len(set(counts)) == 1


def verbs_written() -> set[str]:
    """Every verb that code of ours writes down as a plain word."""
    found = set()
    for path in Path(linli.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("writing.write", "journal.write")):
                found |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return found


def test_every_verb_has_its_sentence_and_its_group():
    verbs = verbs_written()
    assert "area.redrawn" in verbs
    assert verbs - set(told.TOLD) == set()
    assert {verb.split(".")[0] for verb in told.TOLD} <= set(told.GROUPS)


def test_every_verb_says_what_is_done_by_now():
    """`area.founded`, not `area.found`: entries are never changed, so one tense for all time.

    A step of a case bears the word its table of moves has for it, which pages and figures read too.
    """
    irregular = {"given", "drawn", "redrawn", "cut", "laid", "undone", "put", "taken", "left", "begun", "set", "reset"}
    irregular |= {"split", "chosen", "told", "born", "read", "written", "came", "kept", "overdue"}
    steps = {f"case.{move}" for move in [*Move, *BESIDE_MOVES]}
    said = {verb: set(verb.partition(".")[2].split("-")) for verb in (verbs_written() | set(told.TOLD)) - steps}
    assert [verb for verb, words in said.items() if not any(w.endswith("ed") or w in irregular for w in words)] == []


@pytest.mark.parametrize("few", [0, 3000])
@pytest.mark.parametrize("within", ["50", "500199", HERE, f"{HERE}002", f"{HERE}002001", ""])
def test_many_and_few_are_found_alike(wrote, monkeypatch, few, within):
    """Several ways to the same rows: by the index of an area, of the one around it, of a verb, or back through time."""
    monkeypatch.setattr(queries, "FEW", few)
    wrote(3, "area.drawn", area=f"{HERE}002001")
    wrote(2, "areas.other", area=NEXT_DOOR)
    wrote(1, "account.opened")
    rows = list(Entry.objects.all())
    for narrowed in ({}, {"group": "area"}, {"by": "test"}, {"thing": "T-0"}):
        asked = [
            row for row in rows if all(getattr(row, name) == word for name, word in narrowed.items() if name != "group")
        ]
        asked = [row for row in asked if not narrowed.get("group") or row.verb.startswith("area.")]
        deep = {row.pk for row in asked if row.area_code.startswith(within)}
        assert {row.pk for row in queries.entries(within=within, **narrowed)} == deep
        alone = {row.pk for row in asked if row.area_code == within}
        assert {row.pk for row in queries.entries(within=within, alone=True, **narrowed)} == alone
