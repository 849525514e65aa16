"""Every published form as an upload: read or refused with words, never a crash."""

import os
from pathlib import Path

import pytest

from linli.bulk.sheets import reading, tables, values
from linli.ground.refusals import Refusal

pytestmark = pytest.mark.outside

FOLDER = Path(os.environ.get("LINLI_OUTSIDE") or Path(__file__).parents[3] / "shared" / "data") / "forms" / "xlsform"


def test_every_form_is_read_or_refused():
    paths = sorted(FOLDER.iterdir()) if FOLDER.is_dir() else []
    if len(paths) < 50:
        pytest.fail(f"The forms are not in {FOLDER}: set LINLI_OUTSIDE to the folder of the outside data.")
    outcomes = {path.name: outcome(path) for path in paths}
    refused = {name: said for name, said in outcomes.items() if isinstance(said, Refusal)}
    assert [name for name, said in refused.items() if not said.next_step or "%(" in str(said)] == []
    assert refused == {}, "all of them are sheets with headings, so each is read"
    assert sum(outcomes.values()) > 500


def outcome(path):
    """How many rows the first filled sheet has; or the refusal."""
    try:
        rows = list(tables.table_of(reading.opened(path).sheet()).rows())
    except Refusal as refused:
        return refused
    for row in rows:
        list(map(values.text, row.cells))
    return len(rows)
