"""Whatever is done to a sealed journal behind its back is found and named."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from linli.ground.refusals import Malformed
from linli.journal import chain, sealing, verifying, witness
from linli.journal.chain import CONTENT, Bend
from linli.journal.models import Entry, Seal
from linli.journal.witness import Head

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(wrote, at):
    """Twelve entries sealed in three batches."""
    for _batch in range(3):
        wrote(4, area="500199001", to="渝")
        sealing.seal_all(at=at)
    return Entry.objects


def bends(**noted):
    verdict = verifying.verify(**noted)
    assert verdict.whole == (not verdict.findings)
    return [(found.bend, found.number) for found in verdict.findings]


def test_a_journal_left_alone_is_whole(sealed, wrote):
    wrote(3)
    verdict = verifying.verify()
    assert (verdict.whole, verdict.sealed, verdict.unsealed) == (True, 12, 3)
    assert verdict.head == sealing.head() == witness.latest()


@pytest.mark.parametrize("number", [1, 4, 6, 12])
@pytest.mark.parametrize("column", CONTENT)
def test_each_sealed_column_edited(sealed, at, column, number):
    other = {"id": 900, "at": at + timedelta(microseconds=1), "rows": 1}.get(column, '{"n":99}')
    sealed.filter(seal_number=number).update(**{column: other})
    ((bend, found),) = bends()
    assert found == number
    assert bend == (Bend.EITHER if number == 12 else Bend.CONTENT)


@pytest.mark.parametrize(
    ("column", "word"), [("at", "yesterday"), ("at", None), ("thing", b"\xff"), ("facts", None), ("rows", "many")]
)
def test_a_column_that_holds_what_it_cannot_is_named(sealed, column, word):
    """SQLite keeps any kind of value in any column; whoever looks for bends must not stumble over one."""
    rows = [list(link.content) for link in verifying.links()]
    rows[5][CONTENT.index(column)] = verifying.read_moment(word) if column == "at" else word
    walk = chain.Walk()
    for link, content in zip(list(verifying.links()), rows, strict=True):
        walk.step(link._replace(content=tuple(content)))
    assert [(found.bend, found.number) for found in walk.findings()] == [(Bend.CONTENT, 6)]


def test_an_entry_whose_number_is_none(sealed):
    links = list(verifying.links())
    moved = verifying.link_of(("seven", links[6].hash, 7, "2026-11-24 01:00:00", *links[6].content[2:]))
    walk = chain.Walk()
    for link in [moved, *links]:
        walk.step(link)
    assert [(found.bend, found.number) for found in walk.findings()] == [(Bend.STRAY, 0)]


def test_every_column_is_sealed_but_the_one_that_follows_redrawings():
    columns = {field.attname for field in Entry._meta.concrete_fields}
    assert columns - set(CONTENT) == {"area_code", "seal_number", "seal_hash"}


def test_a_redrawing_bends_nothing(sealed):
    sealed.update(area_code="500198001")
    assert bends() == []


@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_hash_edited(sealed, number):
    sealed.filter(seal_number=number).update(seal_hash="f" * 64)
    assert bends() == [(Bend.SEAL, number)]


def test_two_neighbours_edited_are_both_named(sealed):
    sealed.filter(seal_number__in=[5, 6]).update(thing="other")
    assert {number for _bend, number in bends()} == {5, 6}


@pytest.mark.parametrize(("first", "last"), [(1, 1), (6, 6), (3, 9), (4, 4)])
def test_entries_deleted_from_the_middle(sealed, first, last):
    sealed.filter(seal_number__range=(first, last)).delete()
    assert (Bend.GAP, first) in bends()
    assert verifying.verify().findings[0].facts["last"] == last


def test_an_entry_that_lost_its_number(sealed):
    sealed.filter(seal_number=6).update(seal_number=None)
    assert bends() == [(Bend.GAP, 6)]


def test_the_last_entry_deleted(sealed):
    sealed.filter(seal_number=12).delete()
    assert (Bend.CUT, 12) in bends()


def test_the_tail_cut_off_with_its_seal(sealed):
    """Nothing in the database knows; the witness does."""
    sealed.filter(seal_number__gt=8).delete()
    Seal.objects.filter(last__gt=8).delete()
    assert bends() == [(Bend.CUT, 12)]


def test_everything_deleted(sealed):
    sealed.all().delete()
    Seal.objects.all().delete()
    assert bends() == [(Bend.CUT, 12)]


@pytest.mark.parametrize("places", [(5, 6), (2, 11), (1, 12), (11, 12)])
@pytest.mark.parametrize("hashes_too", [True, False])
def test_two_entries_exchanged(sealed, places, hashes_too):
    one, other = sealed.get(seal_number=places[0]), sealed.get(seal_number=places[1])
    hashes = [one.seal_hash, other.seal_hash]
    sealed.filter(pk=one.pk).update(seal_number=None)
    sealed.filter(pk=other.pk).update(seal_number=places[0], seal_hash=hashes[not hashes_too])
    sealed.filter(pk=one.pk).update(seal_number=places[1], seal_hash=hashes[hashes_too])
    assert {(Bend.MOVED, number) for number in places} <= set(bends())


def test_an_entry_inserted_and_all_after_it_moved_on(sealed, wrote):
    sealed.filter(seal_number__gt=6).update(seal_number=F("seal_number") + 100)
    sealed.filter(seal_number__gt=6).update(seal_number=F("seal_number") - 99)
    wrote()
    sealed.filter(seal_number=None).update(seal_number=7, seal_hash="e" * 64)
    numbers = [number for bend, number in bends() if bend != Bend.BATCH]
    assert min(numbers) == 7


def test_an_entry_put_before_the_first(sealed, wrote):
    wrote()
    sealed.filter(seal_number=None).update(seal_number=0, seal_hash="e" * 64)
    assert bends() == [(Bend.STRAY, 0)]


def test_an_entry_added_with_a_true_hash_but_without_a_seal(sealed, wrote):
    wrote()
    content = sealed.filter(seal_number=None).values_list(*CONTENT).get()
    forged = chain.seal(sealing.head().hash, 13, content)
    sealed.filter(seal_number=None).update(seal_number=13, seal_hash=forged)
    assert bends() == [(Bend.UNCOVERED, 13)]


def rewrite(*, seals: bool) -> None:
    """Writes the whole chain anew, as someone who has read our code would."""
    contents = Entry.objects.order_by("seal_number").values_list(*CONTENT)
    for link in list(chain.chained(chain.BEGINNING, 1, contents)):
        Entry.objects.filter(pk=link.content[0]).update(seal_hash=link.hash)
        if seals:
            Seal.objects.filter(last=link.number).update(hash=link.hash)


def test_the_chain_rewritten(sealed):
    sealed.filter(seal_number=6).update(thing="other")
    rewrite(seals=False)
    assert (Bend.BATCH, 5) in bends()


def test_the_chain_rewritten_with_its_seals(sealed):
    sealed.filter(seal_number=6).update(thing="other")
    rewrite(seals=True)
    assert bends() == [(Bend.WITNESS, 8)]


def test_the_chain_rewritten_with_its_seals_and_its_witness(sealed, at):
    """Whoever can write everywhere on the machine is caught by a head on paper."""
    noted = sealing.head()
    sealed.filter(seal_number=6).update(thing="other")
    rewrite(seals=True)
    witness.path().unlink()
    sealing.bear_witness(at=at)
    assert bends() == []
    assert bends(noted=[noted]) == [(Bend.WITNESS, 12)]


def test_a_seal_taken_out(sealed):
    Seal.objects.filter(first=5).delete()
    assert bends() == [(Bend.BATCH, 5)]


def test_a_seal_edited(sealed):
    Seal.objects.filter(first=5).update(hash="f" * 64)
    assert bends() == [(Bend.BATCH, 5)]


def test_a_great_many_bends_are_counted_and_some_named(wrote, at):
    wrote(300)
    sealing.seal_all(at=at)
    Entry.objects.update(seal_hash="f" * 64)
    verdict = verifying.verify()
    assert verdict.bent == 300
    assert len(verdict.findings) <= chain.MOST_SUSPECTS + 2


def test_verifying_costs_the_same_number_of_queries_for_any_length(sealed, wrote, at, django_assert_num_queries):
    with django_assert_num_queries(4):
        verifying.verify()
    wrote(50)
    sealing.seal_all(at=at)
    with django_assert_num_queries(4):
        verifying.verify()


def run(*words):
    out = io.StringIO()
    call_command("journal", *words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_command_says_whole(sealed):
    assert "12" in run("verify")
    told = json.loads(run("verify", "--json"))
    assert (told["whole"], told["sealed"], told["findings"]) == (True, 12, [])
    assert run("verify", "--head", run("head").strip())


def test_the_command_ends_with_one_when_bent(sealed):
    sealed.filter(seal_number=6).update(thing="other")
    with pytest.raises(CommandError) as bent:
        run("verify")
    assert bent.value.returncode == 1


def test_the_command_holds_a_noted_head_against_the_chain(sealed):
    with pytest.raises(CommandError):
        run("verify", "--head", f"12:{'f' * 64}")
    with pytest.raises(CommandError):
        run("verify", "--head", f"13:{'f' * 64}")
    with pytest.raises(Malformed):
        run("verify", "--head", "twelve")


def test_the_command_seals(wrote):
    wrote(3)
    assert "3" in run("seal")
    assert sealing.head().number == 3


@pytest.mark.parametrize("finding", list(Bend))
def test_every_bend_has_its_sentence(finding):
    facts = dict.fromkeys(("number", "entry", "last", "stands", "noted", "hash"), 7)
    assert "7" in chain.WORDS[finding] % facts


def test_a_head_reads_back():
    assert witness.read(f"3 {'a' * 64} 2026-11-24T01:00:00+00:00") == Head(3, "a" * 64)
