"""Followers hear of each entry exactly once, and one that fails holds nobody up."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import OperationalError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.ground.hands import Program
from linli.ground.permissions import Permission
from linli.ground.refusals import NotPermitted
from linli.journal import delivering, following, queries, redelivering, sealing, verifying, writing
from linli.journal.delivering import PAUSES, Tally, deliver
from linli.journal.following import follows
from linli.journal.models import Chore, Delivery, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What the follower `test.listens` has heard, by the thing."""
    things: list[str] = []

    @follows("test.*", name="test.listens")
    def listens(entry):
        things.append(entry.thing)

    return things


@pytest.fixture
def fails():
    """A follower that fails while this is true."""
    state = {"failing": True}

    @follows("test.*", name="test.fails")
    def sometimes(entry):
        Chore.objects.create(name=f"written for {entry.thing}", next_due_at=entry.at)
        if state["failing"]:
            raise ValueError("张三, 13800005678")

    return state


def test_each_entry_is_heard_once_in_order(heard, wrote, at):
    wrote(5)
    assert deliver(at=at) == Tally(done=5)
    assert deliver(at=at) == Tally()
    assert heard == [f"T-{i}" for i in range(5)]


def test_only_the_verbs_asked_for_are_heard(heard, wrote, at):
    wrote(1, "area.named")
    wrote(1, "test.done")
    deliver(at=at)
    assert len(heard) == 1


def test_a_verb_that_is_rolled_back_is_not_heard(heard, at, program):
    with transaction.atomic():
        writing.write("test.done", thing="T", by=program, at=at)
        transaction.set_rollback(True)
    assert deliver(at=at) == Tally()
    assert not Entry.objects.exists()


def test_what_a_failing_follower_wrote_is_rolled_back_and_it_waits(fails, heard, wrote, at):
    wrote(2)
    assert deliver(at=at) == Tally(done=2, failed=2)
    assert heard == ["T-0", "T-1"]
    assert not Chore.objects.exists()
    assert deliver(at=at) == Tally()
    waiting = Delivery.objects.filter(follower="test.fails")
    assert set(waiting.values_list("tries", "next_try_at", "done_at")) == {(1, at + PAUSES[0], None)}


def test_a_complaint_says_what_and_where_and_nothing_of_a_person(fails, wrote, at, caplog):
    wrote()
    deliver(at=at)
    complaint = Delivery.objects.get().complaint
    assert complaint.startswith("ValueError at ")
    assert "张三" not in complaint + caplog.text
    assert "13800005678" not in complaint + caplog.text


def test_a_refusal_is_complained_of_by_its_code(wrote, at):
    @follows("test.*", name="test.refuses")
    def refuses(entry):
        raise NotPermitted(permission="张三")

    wrote()
    deliver(at=at)
    assert Delivery.objects.get().complaint.startswith("not-permitted at ")


def test_it_is_tried_again_with_growing_pauses_and_then_is_stuck(fails, wrote, at):
    wrote()
    for tries, pause in enumerate(PAUSES, 1):
        assert deliver(at=at) == Tally(failed=1)
        assert Delivery.objects.get().tries == tries
        assert deliver(at=at + pause - timedelta(seconds=1)) == Tally()
        at += pause
    assert deliver(at=at) == Tally(failed=1)
    assert Delivery.objects.get().stuck_at == at
    assert deliver(at=at + timedelta(days=365)) == Tally()
    (standing,) = queries.standings()
    assert (standing.waiting, standing.stuck) == (0, 1)
    assert list(PAUSES) == sorted(PAUSES)


def test_it_is_done_when_what_was_broken_is_mended(fails, wrote, at):
    wrote()
    deliver(at=at)
    fails["failing"] = False
    assert deliver(at=at + PAUSES[0]) == Tally(done=1)
    done = Delivery.objects.get()
    assert (done.complaint, done.done_at) == ("", at + PAUSES[0])
    assert Chore.objects.count() == 1


def test_a_delivery_another_worker_has_marked_is_left_alone(heard, wrote, at):
    wrote()
    picked = [Delivery.objects.get().pk]
    Delivery.objects.update(done_at=at)
    assert delivering._deliver_batch(picked, at, 1.0) == Tally()
    assert heard == []


def test_a_batch_of_which_another_worker_marked_one_meanwhile_is_undone(wrote, at):
    """No lock of ours lets it come to that; should one fail, nothing is done twice."""

    @follows("test.*", name="test.marks")
    def marks(entry):
        Chore.objects.create(name=f"written for {entry.thing}", next_due_at=entry.at)
        Delivery.objects.filter(entry__thing="T-1").update(done_at=at)

    wrote(3)
    with pytest.raises(RuntimeError, match="1 deliveries"):
        deliver(at=at)
    assert not Chore.objects.exists()
    assert Delivery.objects.filter(done_at=None).count() == 3


def test_an_unknown_follower_waits_and_is_named(heard, wrote, at):
    wrote(3)
    del following.FOLLOWERS["test.listens"]
    assert deliver(at=at) == Tally()
    assert queries.unknown_followers() == {"test.listens": 3}
    (named,) = [message for message in run_checks(databases=["default"]) if message.id == "journal.W001"]
    assert "test.listens" in named.msg
    assert "3" in named.msg
    assert [message for message in run_checks() if message.id == "journal.W001"] == []


def test_unknown_followers_hold_nobody_up(heard, wrote, at):
    wrote(30)
    Delivery.objects.update(follower="gone.room")
    wrote(2)
    assert deliver(at=at, limit=5) == Tally(done=2)


def test_a_limit_and_a_batch(heard, wrote, at):
    wrote(10)
    assert deliver(at=at, limit=7, batch=3) == Tally(done=7)
    assert deliver(at=at, batch=100) == Tally(done=3)


def test_it_stops_between_batches(heard, wrote, at):
    wrote(10)
    answers = iter([False, True])
    assert deliver(at=at, batch=4, stopping=lambda: next(answers)) == Tally(done=4)


def test_a_long_batch_lets_others_write_in_between(heard, wrote, at):
    wrote(10)
    assert deliver(at=at, batch=5, longest_s=-1) == Tally(done=2)


def test_a_database_that_goes_away_is_not_the_followers_failure(wrote, at, monkeypatch):
    @follows("test.*", name="test.loses")
    def loses(entry):
        def gone(*_given):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(delivering, "_failed", gone)
        raise OperationalError("server closed the connection unexpectedly")

    wrote()
    with pytest.raises(OperationalError):
        deliver(at=at)


def test_the_number_of_queries_grows_by_the_same_for_each_delivery(heard, wrote, at, django_assert_num_queries):
    """A pick, a transaction (2), the batch, the mark; for each delivery a savepoint (2)."""
    wrote(1)
    with django_assert_num_queries(5 + 2):
        deliver(at=at)
    wrote(10)
    with django_assert_num_queries(5 + 20):
        deliver(at=at)


def test_history_for_a_follower_that_came_later(wrote, at, program):
    wrote(3)
    wrote(2, "area.named")
    heard = []
    follows("test.*", name="test.later")(lambda entry: heard.append(entry.verb))
    assert deliver(at=at) == Tally()
    assert redelivering.redeliver("test.later", by=program, at=at) == (3, 0)
    assert redelivering.redeliver("test.later", by=program, at=at) == (0, 0)
    deliver(at=at)
    assert heard == ["test.done"] * 3
    told = Entry.objects.filter(verb="journal.redelivered").get()
    ids = Entry.objects.filter(verb="test.done").order_by("id").values_list("pk")
    assert (told.rows, told.digest) == (3, writing.digest(ids))


def test_history_since_a_moment(wrote, at, program):
    wrote(3)
    Entry.objects.filter(thing="T-0").update(at=at - timedelta(days=1))
    follows("test.*", name="test.later")(print)
    assert redelivering.redeliver("test.later", since=at, by=program, at=at) == (2, 0)


def test_history_in_chunks(wrote, at, program, monkeypatch):
    monkeypatch.setattr(redelivering, "CHUNK", 2)
    wrote(5)
    follows("test.*", name="test.later")(print)
    assert redelivering.redeliver("test.later", by=program, at=at) == (5, 0)
    assert list(Entry.objects.filter(verb="journal.redelivered").values_list("rows", flat=True)) == [2, 2, 1]


def test_a_chunk_and_its_entry_stand_or_fall_together(wrote, at, program, monkeypatch):
    monkeypatch.setattr(redelivering, "CHUNK", 2)
    wrote(5)
    follows("test.*", name="test.later")(print)
    monkeypatch.setattr(redelivering.writing, "write", failing_after(1))
    with pytest.raises(OperationalError):
        redelivering.redeliver("test.later", by=program, at=at)
    assert Delivery.objects.count() == 2


def failing_after(times):
    """The verb's entry, so many times; then the disk is full."""
    write, left = writing.write, [times]

    def maybe(*given, **facts):
        left[0] -= 1
        if left[0] < 0:
            raise OperationalError("disk full")
        return write(*given, **facts)

    return maybe


def test_history_is_asked_for_with_a_permission_of_its_own(wrote, at):
    class Reader(Program):
        def must(self, permission, *, within):
            if permission != Permission.JOURNAL_READ:
                raise NotPermitted(permission=permission.label)

    wrote()
    follows("test.*", name="test.later")(print)
    with pytest.raises(NotPermitted):
        redelivering.redeliver("test.later", by=Reader("reader"), at=at)
    assert not Delivery.objects.exists()


def test_what_is_stuck_is_tried_again_when_asked(fails, wrote, at, program):
    wrote()
    Delivery.objects.update(stuck_at=at, tries=8)
    fails["failing"] = False
    assert redelivering.redeliver("test.fails", by=program, at=at) == (0, 1)
    assert deliver(at=at) == Tally(done=1)


def test_history_for_nobody_is_refused(wrote, at, program):
    with pytest.raises(redelivering.NoSuchFollower):
        redelivering.redeliver("test.nobody", by=program, at=at)


def test_the_commands(heard, wrote, capsys):
    wrote(2)
    call_command("journal", "followers")
    assert "test.listens" in capsys.readouterr().out
    call_command("journal", "redeliver", "test.listens", "--since", "2026-01-01")
    assert "test.listens" in capsys.readouterr().out


acts = st.lists(
    st.sampled_from(["write", "write two", "roll back", "seal", "seal one", "deliver", "fail"]), max_size=25
)


@given(acts=acts)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_life_leaves_a_whole_chain_and_everything_heard_once(acts, at, program):
    """Writing, sealing and delivering in any order: numbers without gaps, and each entry heard once."""
    following.FOLLOWERS.clear()
    heard: list[int] = []
    failing = [False]

    @follows("test.*", name="test.listens")
    def listens(entry):
        if failing[0]:
            raise ValueError
        heard.append(entry.id)

    def write(count, *, keep=True):
        sid = transaction.savepoint()
        for number in range(count):
            writing.write("test.done", thing=f"T-{number}", by=program, at=at, area="50")
        transaction.savepoint_commit(sid) if keep else transaction.savepoint_rollback(sid)

    steps = {
        "write": lambda: write(1),
        "write two": lambda: write(2),
        "roll back": lambda: write(1, keep=False),
        "seal": lambda: sealing.seal_all(at=at),
        "seal one": lambda: sealing.seal_batch(at=at, limit=1),
        "deliver": lambda: deliver(at=at, limit=3, batch=2),
    }
    with transaction.atomic():
        for act in acts:
            failing[0] = act == "fail"
            steps.get(act, steps["deliver"])()
        failing[0] = False
        deliver(at=at + timedelta(days=1))
        sealing.seal_all(at=at)
        verdict = verifying.verify()
        written = acts.count("write") + 2 * acts.count("write two")
        assert (verdict.findings, verdict.sealed, verdict.unsealed) == ([], written, 0)
        assert sorted(heard) == sorted(Entry.objects.values_list("id", flat=True))
        transaction.set_rollback(True)
    (sealing.witness.path()).unlink(missing_ok=True)
