"""People and their mistyped copies, made by others (FEBRL): the same code and settings for all three sets.

`rec_id` tells who is whom; it is read here only, after the linking. The figures are printed.
"""

import csv
import os
import re
from itertools import combinations, groupby
from pathlib import Path

import pytest

from linli.bulk.matching.grouping import duplicates
from linli.bulk.matching.linking import link
from linli.bulk.matching.records import Record, Scheme

pytestmark = pytest.mark.outside

FOLDER = Path(os.environ.get("LINLI_OUTSIDE") or Path(__file__).parents[3] / "shared" / "data") / "population"
FEBRL = Scheme(
    {
        "given": "given_name",
        "family": "surname",
        "house": "street_number",
        "street": "address_1",
        "locality": "suburb",
        "area": "postcode",
        "born_on": "date_of_birth",
        "identity": "soc_sec_id",
    }
)
Pairs = set[frozenset[object]]


def records(name: str) -> list[Record]:
    """A set; the suite is only run when asked for, so a missing one is a failure."""
    path = FOLDER / name
    if not path.is_file():
        pytest.fail(f"{name} is not in {FOLDER}: set LINLI_OUTSIDE to the folder of the outside data.")
    with path.open(encoding="utf-8", newline="") as opened:
        return [FEBRL.record(row, row["rec_id"]) for row in csv.DictReader(opened)]


def truth(held: list[Record]) -> Pairs:
    """Every two records of one person."""

    def who(ref: object) -> str:
        return re.findall(r"rec-(\d+)-", str(ref))[0]

    refs = sorted((each.ref for each in held), key=who)
    return {frozenset(two) for _who, of in groupby(refs, who) for two in combinations(of, 2)}


def told(name: str, size: int, true: Pairs, joined: Pairs, asked: Pairs, questions: int) -> None:
    """What must hold of every set."""
    right = joined & true
    precision, recall, seen = (
        len(right) / len(joined), len(right) / len(true), len((joined | asked) & true) / len(true)
    )  # fmt: skip
    print(
        f"\n{name}: linked {len(joined):,} with precision {precision:.4f}, recall {recall:.4f}; with the review list"
        f" {seen:.4f}; {questions / size * 1000:.0f} questions per 1,000 records"
    )
    assert precision >= 0.99
    assert seen >= 0.95
    assert questions <= 0.25 * size, "a list a person can go through"


@pytest.mark.parametrize("name", ["febrl_dataset1.csv", "febrl_dataset3.csv"])
def test_the_same_people_twice_in_one_file(name):
    held = records(name)
    found = duplicates(held)
    group = {each.ref: (each.ref,) for each in held} | {ref: each for each in found.groups for ref in each}
    joined = {frozenset(two) for each in found.groups for two in combinations(each, 2)}
    asked = {frozenset((a, b)) for two in found.perhaps for a in group[two.one] for b in group[two.other]}
    told(name, len(held), truth(held), joined, asked, len(found.perhaps))


def test_the_same_people_in_two_files():
    known, lines = records("febrl_dataset4a.csv"), records("febrl_dataset4b.csv")
    found = link(lines, known)
    assert len({each.one for each in found.same}) == len(found.same), "each line is one person at most"
    joined, asked = ({frozenset((each.one, each.other)) for each in held} for held in (found.same, found.perhaps))
    told("febrl_dataset4", len(lines), truth([*known, *lines]), joined, asked, len(found.perhaps))
