"""Within a minute each entry is chained to the one before it. `linli journal verify` then names what was bent."""

import pytest

from linli.journal import sealing, verifying
from linli.journal.models import Entry
from tests.spec.tables import rows

title = "A history that cannot be bent"


@pytest.fixture
def five(db, at, settings, tmp_path):
    """Five sealed entries, and a head that was witnessed."""
    settings.DATA_DIR = tmp_path
    (tmp_path / "keys").mkdir()
    for number in range(5):
        Entry.objects.create(at=at, verb="test.noted", thing=f"T-{number}", by="test", facts="{}")
    sealing.seal_all(at=at)
    sealing.bear_witness(at=at)


BEND = {
    "nothing": lambda: None,
    "the third entry says something else": lambda: Entry.objects.filter(seal_number=3).update(thing="T-9"),
    "the third entry names another hand": lambda: Entry.objects.filter(seal_number=3).update(by="nobody"),
    "the third entry is gone": lambda: Entry.objects.filter(seal_number=3).delete(),
    "the last two are gone": lambda: Entry.objects.filter(seal_number__gt=3).delete(),
}


def test_bending(five):
    """Each way of bending the journal is found."""
    kept = list(Entry.objects.all())
    for row in rows("""
        what was done                       | found
        nothing                             | no
        the third entry says something else | yes
        the third entry names another hand  | yes
        the third entry is gone             | yes
        the last two are gone               | yes
    """):
        BEND[row["what was done"]]()
        verdict = verifying.verify()
        assert (row["what was done"], not verdict.whole) == (row["what was done"], row["found"] == "yes")
        Entry.objects.all().delete()
        Entry.objects.bulk_create(kept)


def test_the_tail(five, at):
    """Entries of the last seconds are counted as not sealed yet."""
    Entry.objects.create(at=at, verb="test.noted", thing="T-6", by="test", facts="{}")
    assert verifying.verify().unsealed == 1
