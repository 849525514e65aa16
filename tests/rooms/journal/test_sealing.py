"""Entries get numbers without gaps in the order of sealing, once, whoever seals and whatever breaks off."""

import hashlib
import json
from datetime import UTC, timedelta

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.journal import chain, sealing, verifying, witness, writing
from linli.journal.chain import BEGINNING
from linli.journal.models import Delivery, Entry, Seal
from linli.journal.witness import Head

pytestmark = pytest.mark.django_db


def numbers():
    return list(Entry.objects.order_by("id").values_list("seal_number", flat=True))


def test_nothing_to_seal(at, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert sealing.seal_all(at=at) == 0
    assert sealing.head() == Head(0, BEGINNING)
    assert not witness.path().exists()


def test_numbers_begin_with_one_and_go_on(wrote, at):
    wrote(3)
    assert sealing.seal_all(at=at) == 3
    wrote(2)
    assert sealing.seal_all(at=at) == 2
    assert numbers() == [1, 2, 3, 4, 5]
    assert list(Seal.objects.order_by("first").values_list("first", "last")) == [(1, 3), (4, 5)]


def test_batches(wrote, at):
    wrote(7)
    assert [sealing.seal_batch(at=at, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert numbers() == list(range(1, 8))
    assert verifying.verify().whole


def test_a_lower_id_that_comes_to_light_later_gets_a_higher_number(wrote, at):
    """PostgreSQL gives ids before it commits."""
    first, _second = wrote(2)
    Entry.objects.filter(pk=first.pk).update(seal_number=99)
    sealing.seal_all(at=at)
    Entry.objects.filter(pk=first.pk).update(seal_number=None)
    sealing.seal_all(at=at)
    assert numbers() == [2, 1]
    assert verifying.verify().whole


def test_the_hash_is_what_the_handbook_says(wrote, at):
    """Done again by hand, so that another program can prove our journal."""
    (entry,) = wrote(area="50", name="渝")
    sealing.seal_all(at=at)
    line = (
        f'[{entry.id},"2026-11-24T01:00:00.000000+00:00","test.done","T-0","test","","50",'
        '"{\\"n\\":0,\\"name\\":\\"渝\\"}",0,""]'
    )
    entry.refresh_from_db()
    assert entry.seal_hash == hashlib.sha256(f"{'0' * 64} 1 {line}".encode()).hexdigest()


def test_another_sealer_that_came_first_is_no_fault(wrote, at, monkeypatch):
    """Both read the same head; the database lets one of them set the next seal, and the other leaves it at that."""
    wrote(2)
    heads = iter([Head(0, BEGINNING), Head(2, "a" * 64)])

    def beaten(**_given):
        raise IntegrityError

    monkeypatch.setattr(sealing, "head", lambda: next(heads))
    monkeypatch.setattr(sealing, "_seal", beaten)
    assert sealing.seal_batch(at=at) == 0


def test_no_two_seals_begin_alike(wrote, at):
    wrote(2)
    sealing.seal_all(at=at)
    with pytest.raises(IntegrityError):
        Seal.objects.create(first=1, last=5, hash="a" * 64, at=at)


def test_an_entry_forged_beyond_the_head_stops_the_sealer_loudly(wrote, at):
    first, _second = wrote(2)
    Entry.objects.filter(pk=first.pk).update(seal_number=1, seal_hash="f" * 64)
    with pytest.raises(IntegrityError):
        sealing.seal_all(at=at)


def test_the_witness_notes_each_head_once(wrote, at):
    wrote()
    sealing.seal_all(at=at)
    assert not sealing.bear_witness(at=at)
    wrote()
    sealing.seal_all(at=at)
    assert [head.number for head in witness.heads()] == [1, 2]


def test_a_head_left_unnoted_by_a_kill_is_noted_by_the_chore(wrote, at):
    wrote()
    sealing.seal_batch(at=at)
    assert witness.latest() is None
    assert sealing.bear_witness(at=at)
    assert witness.latest() == sealing.head()


def test_a_line_torn_by_a_power_cut_is_passed_over(wrote, at):
    wrote()
    sealing.seal_all(at=at)
    with witness.path().open("a") as file:
        file.write("2 abcdef")
    wrote()
    sealing.seal_all(at=at)
    assert [head.number for head in witness.heads()] == [1, 2]
    assert verifying.verify().whole


def test_the_witness_is_its_owners_alone(wrote, at):
    wrote()
    sealing.seal_all(at=at)
    assert witness.path().stat().st_mode & 0o077 == 0


def test_a_restore_sets_the_witness_aside(wrote, at):
    """The restored journal is older than its witness: without this it would look cut off."""
    assert witness.set_aside(at=at) is None
    wrote(2)
    sealing.seal_all(at=at)
    Entry.objects.all().delete()
    Seal.objects.all().delete()
    assert not verifying.verify().whole
    kept = witness.set_aside(at=at)
    assert kept.exists()
    assert verifying.verify().whole


def test_a_great_heap_is_sealed_a_part_at_a_time(wrote, at, monkeypatch):
    monkeypatch.setattr(sealing.seal_batch, "__kwdefaults__", {"limit": 2})
    wrote(6)
    assert sealing.seal_all(at=at, batches=2) == 4
    assert witness.latest().number == 4
    assert sealing.seal_all(at=at) == 2


def test_writing_outside_a_transaction_is_a_fault(at, program, monkeypatch):
    monkeypatch.setattr(
        "linli.journal.writing.transaction.get_connection", lambda: type("C", (), {"in_atomic_block": 0})
    )
    with pytest.raises(AssertionError, match="outside"):
        writing.write("test.done", thing="T", by=program, at=at)
    assert not Entry.objects.exists()


def test_a_bulk_write_is_one_entry_with_a_digest(db, at, program):
    rows = [{"code": "50", "on": at + timedelta(days=n)} for n in range(3)]
    entry = writing.write("test.moved", thing="T", by=program, at=at, rows=3, digest=writing.digest(iter(rows)))
    assert (entry.rows, entry.digest) == (3, writing.digest(rows))
    assert writing.digest(rows[::-1]) != entry.digest
    assert writing.digest([]) != writing.digest([{}])
    assert not Delivery.objects.exists()


texts = st.text(max_size=20)


@given(
    st.integers(1), st.datetimes(timezones=st.just(UTC)), st.lists(texts, min_size=6, max_size=6), st.integers(0), texts
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_the_line_that_is_sealed_is_plain_json(pk, moment, words, rows, made):
    """Written by hand because it is written a million times; read back by anyone."""
    line = chain.canonical((pk, moment, *words, rows, made))
    expected = [pk, moment.isoformat(timespec="microseconds"), *words, rows, made]
    assert json.loads(line) == expected
    assert line == json.dumps(expected, ensure_ascii=False, separators=(",", ":"))


def test_the_witness_does_not_grow_for_ever(at, monkeypatch):
    monkeypatch.setattr(witness, "MOST_BYTES", 6000)
    monkeypatch.setattr(witness, "LATEST", 10)
    monkeypatch.setattr(witness, "OLDER", 10)
    longest = 0
    for number in range(1, 1001):
        assert witness.note(witness.Head(number, f"{number:064x}"), at=at)
        longest = max(longest, witness.path().stat().st_size)
    numbers = [head.number for head in witness.heads()]
    assert longest <= 6000 + 100
    assert numbers[-10:] == list(range(991, 1001))
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1
    assert 30 < len(numbers) < 70
    assert witness.path().stat().st_mode & 0o077 == 0


def test_a_thinned_witness_still_finds_a_tail_cut_off_and_a_chain_rewritten(wrote, at, monkeypatch):
    monkeypatch.setattr(witness, "LATEST", 2)
    monkeypatch.setattr(witness, "OLDER", 2)
    for _batch in range(12):
        wrote(1)
        sealing.seal_all(at=at)
    witness.thin()
    assert [head.number for head in witness.heads()] == [1, 6, 11, 12]
    Entry.objects.filter(seal_number__gt=9).delete()
    Seal.objects.filter(last__gt=9).delete()
    assert [(str(found.bend), found.number) for found in verifying.verify().findings] == [("cut", 12)]


def test_a_torn_line_goes_when_the_witness_is_thinned(at):
    witness.note(witness.Head(1, "a" * 64), at=at)
    with witness.path().open("a") as file:
        file.write("2 bbb")
    witness.note(witness.Head(3, "c" * 64), at=at)
    witness.thin()
    assert [head.number for head in witness.heads()] == [1, 3]
    assert witness.path().read_text().count("\n") == 2
