"""New keys: all that lies sealed is made again under them, and is found all the while."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import localdate
from django.utils.translation import override

from linli.access.actors import Actor
from linli.cases import intake
from linli.cases.models import Raiser
from linli.ground.hands import Program
from linli.ground.refusals import NotPermitted, OutsideScope
from linli.journal.models import Entry
from linli.registers import book, disputing, keeping, keyring, knowing, merging, rekeying, sealed, secrets
from linli.registers.models import Business, Merging, Person, Register, SecretValue
from linli.registers.searching import search

pytestmark = pytest.mark.django_db
BY = Program("test")
GRID = "500199001001001"
NUMBERS = ("11010519491231002X", "11010519850312001X", "110105199001010028")


@pytest.fixture(autouse=True)
def fresh_folder(settings, tmp_path, monkeypatch):
    """Keys of this test's own, nobody to wait for, and portions of two rows."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(rekeying, "SETTLE_S", 0)
    monkeypatch.setattr(rekeying, "REST_S", 0)
    monkeypatch.setattr(rekeying, "AT_ONCE", 2)


@pytest.fixture
def people(db, at):
    """Three people with a number, a phone and a secret each; a fourth with none of them."""
    made = []
    for place, (name, number) in enumerate(zip(("王小明", "李梅", "张伟"), NUMBERS, strict=True)):
        values = {
            "person.name": name,
            "person.identity_number": number,
            "person.phone": f"1380000567{place}",
            "person.disability_level": str(place + 1),
        }
        made.append(keeping.add(Register.PERSON, values, area=GRID, by=BY, at=at))
    return [*made, keeping.add(Register.PERSON, {"person.name": "赵无"}, area=GRID, by=BY, at=at)]


@pytest.fixture
def shop(db, at):
    values = {"business.name": "香樟便利店", "business.phone": "13900001234"}
    return keeping.add(Register.BUSINESS, values, area=GRID, by=BY, at=at)


def versions_of(column: str, table: str = "registers_person") -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return {bytes(value)[0] for (value,) in cursor.fetchall() if value}


def lengths_of(column: str) -> set[int]:
    """An index under the first key bears no mark, and its first byte may be any."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM registers_person")
        return {len(value) for (value,) in cursor.fetchall() if value}


def renew(at, **asked):
    return rekeying.renew(by=asked.pop("by", BY), at=at, **asked)


def test_everything_lies_under_the_new_key(people, shop, at):
    done = renew(at)
    assert (done.version, done.before, done.rows) == (2, [1], 3 + 1 + 3)
    assert versions_of("identity_number") == versions_of("phone") == {2}
    assert versions_of("identity_index") == versions_of("identity_tail") == versions_of("phone_index") == {2}
    assert versions_of("value", "registers_secretvalue") == {2}
    assert [each.identity_number for each in Person.objects.order_by("pk")] == [*NUMBERS, ""]
    assert rekeying.left() == 0


def test_it_is_found_as_before(people, shop, at, actor):
    worker = actor("zhou", "grid-worker", GRID)
    renew(at)
    assert found(NUMBERS[0], worker) == [people[0].ref]
    assert found("13800005671", worker) == [people[1].ref]
    assert found("0028", worker) == [people[2].ref]
    assert found("13900001234", worker) == [shop.ref]
    level = book.fact("person.disability_level")
    assert [each.ref for each in Person.objects.filter(secrets.known_as(level, "2"))] == [people[1].ref]


def found(text: str, viewer: Actor) -> list[str]:
    return [hit.record.ref for hit in search(text, viewer=viewer)]


def cut_off(at, after: int) -> None:
    """The renewal is killed after so many portions."""

    class Killed(BaseException):
        pass

    done = []

    def tell(step, count, total):
        done.append(count)
        if len(done) == after:
            raise Killed

    with pytest.raises(Killed):
        renew(at, tell=tell)


def test_in_the_middle_both_keys_find(people, shop, at, actor):
    worker = actor("zhou", "grid-worker", GRID)
    cut_off(at, after=1)
    assert len(lengths_of("identity_index")) == 2, "some under the new key, which leaves its mark, some under the old"
    for place, number in enumerate(NUMBERS):
        assert found(number, worker) == found(f"1380000567{place}", worker) == [people[place].ref]
        assert found(number[-4:], worker) == [people[place].ref]
    level = book.fact("person.disability_level")
    refs = [Person.objects.get(secrets.known_as(level, str(each))).ref for each in (1, 2, 3)]
    assert refs == [each.ref for each in people[:3]]


def test_in_the_middle_a_line_finds_whom_it_is_of(people, at):
    """Whichever key the person's index is under, and though nothing but the number or the phone fits."""
    cut_off(at, after=1)
    for place, number in enumerate(NUMBERS):
        of_number = knowing.record_of_values({"person.identity_number": number}, 1, area=GRID, home="")
        of_phone = knowing.record_of_values({"person.phone": f"1380000567{place}"}, 2, area=GRID, home="")
        named = knowing.record_of_values(
            {"person.name": people[place].name, "person.identity_number": number}, 3, area=GRID, home=""
        )
        (match,) = knowing.look_up([named]).same
        assert match.other == people[place].pk
        assert all({*known(people[place])} & {*asked(each)} for each in (of_number, of_phone))


def known(person: Person) -> list[int]:
    return list(person.keys.values_list("key", flat=True))


def asked(record) -> tuple[int, ...]:
    return knowing.matching_keys.keys(record)


def test_called_again_it_goes_on_to_the_same_end(people, shop, at):
    cut_off(at, after=1)
    cut_off(at, after=1)
    assert renew(at).version == 2
    assert (versions_of("phone"), rekeying.left()) == ({2}, 0)
    told = Entry.objects.filter(verb__startswith="keys.").order_by("id").values_list("verb", "thing")
    assert list(told) == [("keys.renewed", "key-2"), ("keys.set-aside", "key-2")]
    for person in Person.objects.all():
        assert {*known(person)} == {*asked(knowing.record_of(person))}


def test_what_is_written_meanwhile_is_under_the_new_key(people, at):
    loaded = Person.objects.get(pk=people[2].pk)
    cut_off(at, after=1)
    loaded.occupation = "木匠"
    loaded.save()
    keeping.correct(people[1], {"person.phone": "13711112222"}, by=BY, at=at)
    newly = keeping.add(
        Register.PERSON, {"person.name": "钱多", "person.phone": "13722223333"}, area=GRID, by=BY, at=at
    )
    for each in (loaded, people[1], newly):
        kept = Person.objects.get(pk=each.pk)
        assert kept.phone_index == sealed.blind(kept.phone, column="registers.person.phone")
        assert kept.phone_index[0] == 2
    renew(at)
    assert Person.objects.get(pk=people[1].pk).phone == "13711112222"


def test_a_record_loaded_before_and_saved_after_is_found(people, at, actor):
    """A record that someone held in hand all the while brings no index of the key that was set aside."""
    loaded = Person.objects.get(pk=people[0].pk)
    renew(at)
    loaded.occupation = "木匠"
    loaded.save()
    assert rekeying.left() == 0
    assert found(NUMBERS[0], actor("zhou", "grid-worker", GRID)) == [people[0].ref]


def test_the_old_key_lies_apart_and_opens_what_an_old_copy_brings(people, at, actor):
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_index FROM registers_person WHERE id = %s", [people[0].pk])
        old = cursor.fetchone()
    renew(at)
    assert keyring.keys().by_version.keys() == keyring.keys().indexes.keys() == {2}
    assert keyring.aside().by_version.keys() == {1}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registers_person SET phone = %s, phone_index = %s WHERE id = %s", [*old, people[0].pk])
    assert Person.objects.get(pk=people[0].pk).phone == "13800005670", "still opened"
    assert renew(at).version == 2, "no new key before what came back is under the one there is"
    assert rekeying.left() == 0 and versions_of("phone") == {2}
    assert found("13800005670", actor("zhou", "grid-worker", GRID)) == [people[0].ref]
    assert renew(at).version == 3


def test_without_the_key_set_aside_an_old_value_does_not_open(people, at):
    old = sealed.seal("甲", column="a")
    renew(at)
    keyring.keys_file(keyring.ASIDE).unlink()
    with pytest.raises(sealed.CannotBeOpened):
        sealed.unseal(old, column="a")


def test_records_merged_before_are_parted_after(people, at):
    merging.merge(people[0], people[1], by=BY, at=at)
    renew(at)
    merging.part(Merging.objects.get(), by=BY, at=at)
    for person in Person.objects.filter(pk__in=[people[0].pk, people[1].pk]):
        assert person.identity_index == sealed.blind(person.identity_number, column="registers.person.identity_number")
    assert Person.objects.get(pk=people[1].pk).identity_number == NUMBERS[1]


def test_a_dispute_and_the_history_say_what_they_said(people, at):
    dispute = disputing.dispute(people[0], "person.phone", "13699998888", reason="打不通", by=BY, at=at)
    keeping.correct(people[1], {"person.phone": "13711112222"}, by=BY, at=at)
    renew(at)
    dispute.refresh_from_db()
    assert (dispute.stands, dispute.proposed, dispute.reason) == ("13800005670", "13699998888", "打不通")


def test_the_keys_of_an_older_installation_are_read(people, at):
    """Written before keys had dates: one key for indexes, by itself."""
    path = keyring.keys_file()
    told = keyring._read(keyring.FILE)
    keyring._write(path, {"seal": told["seal"], "index": told["index"]["1"]})
    assert Person.objects.get(phone_index=sealed.blind("13800005670", column="registers.person.phone"))
    assert [(each.number, each.made_on) for each in keyring.versions()] == [(1, None)]
    renew(at)
    assert [(each.number, each.made_on, each.aside_on) for each in keyring.versions()] == [
        (2, at.date(), None),
        (1, None, at.date()),
    ]


def test_only_who_manages_all_accounts_may(people, at, actor):
    with pytest.raises((NotPermitted, OutsideScope)):
        renew(at, by=actor("zhou", "grid-worker", GRID))
    with pytest.raises((NotPermitted, OutsideScope)):
        renew(at, by=actor("town", "administrator", "500199001"))
    assert [each.number for each in keyring.versions()] == [1]
    assert renew(at, by=actor()).version == 2
    assert Entry.objects.filter(verb="keys.renewed").exclude(by="test").count() == 1


def test_the_command_tells_the_state(people, at, capsys):
    def said(*words: str) -> str:
        with override("en"):
            call_command("keys", *words)
        return capsys.readouterr().out

    assert said().startswith(f"Registers, key 1: in use, made on {localdate()}, 0 days ago")
    cut_off(at, after=1)
    state = said()
    assert "key 2: in use" in state and "key 1: being replaced" in state and "linli keys rotate goes on" in state
    state = said("rotate")
    assert "all lies under key 2" in state and "key 1: set aside on" in state and "goes on" not in state


def test_every_index_can_be_made_again(people, shop):
    """An index that is added later must say what it is made of."""
    raiser = Raiser(phone="13800005678", phone_index=sealed.blind("13800005678", column=intake.PHONE))
    rows = {Person: people[0], Business: shop, SecretValue: SecretValue.objects.first(), Raiser: raiser}
    for model in rekeying.sealed_models():
        for field in rekeying._fields(model, sealed.BlindField):
            assert field.of, field
            record = rows[model]
            assert field.remade(record) == getattr(record, field.attname), field
    assert keyring.keys_file().stat().st_mode & 0o777 == 0o600


def test_an_older_file_of_keys_takes_none_away(people, at, tmp_path):
    older = tmp_path / "older.json"
    older.write_bytes(keyring.keys_file().read_bytes())
    renew(at)
    sealed_then = Person.objects.get(pk=people[0].pk).identity_number
    keyring.join(keyring.keys_file(), older)
    assert sorted(keyring.keys().by_version) == [1, 2] and keyring.keys().newest == 2
    assert Person.objects.get(pk=people[0].pk).identity_number == sealed_then == NUMBERS[0]
