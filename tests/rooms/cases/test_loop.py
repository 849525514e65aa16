"""The whole loop, step by step."""

from linli.cases.models import Step
from linli.journal.models import Entry


def test_a_case_goes_the_whole_way(case_at, town):
    case = case_at("rated")
    steps = list(Step.objects.filter(case=case).order_by("number"))
    assert [step.move for step in steps] == [
        "raise", "accept", "triage", "dispatch", "sign", "start", "resolve", "verify", "close", "rate",
    ]  # fmt: skip
    assert [step.number for step in steps] == list(range(1, 11))
    entries = list(Entry.objects.filter(thing=case.ref).order_by("id"))
    assert [entry.verb for entry in entries] == [f"case.{step.move}" for step in steps]
    assert [entry.said["came_from"] for entry in entries] == [step.came_from for step in steps]
    assert all("扶正" not in entry.facts for entry in entries)
