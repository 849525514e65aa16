"""The scope of a post is its area and all that lies in it. What lies outside does not exist for it."""

import pytest

from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from tests.spec.tables import rows

title = "What a post may do, and where"


def test_doing(actor):
    """Outside the scope the answer is "not found", within it a missing permission is named."""
    for number, row in enumerate(
        rows("""
        role            | at           | wants to          | in              | answer
        community-clerk | 500199001001 | area.edit         | 500199001001002 | done
        community-clerk | 500199001001 | area.edit         | 500199001002    | not-found
        community-clerk | 500199001001 | area.redraw       | 500199001001    | not-permitted
        grid-worker     | 500199001001 | area.edit         | 500199001001    | not-permitted
        administrator   | 500199       | area.redraw       | 500199001       | done
        administrator   | 500199       | area.redraw       | 500198001       | not-found
    """)
    ):
        asker = actor(f"n{number}", row["role"], row["at"])
        assert answer_to(asker, Permission(row["wants to"]), row["in"]) == row["answer"]


def answer_to(asker, permission: Permission, code: str) -> str:
    try:
        asker.must(permission, within=code)
    except Refusal as refusal:
        return {404: "not-found", 403: "not-permitted"}[refusal.status]
    return "done"


def test_nobody(actor):
    """Whoever holds no post in force may do nothing at all."""
    left = actor("left")
    nobody = type(left)(left.ref, left.name, "", "", "", frozenset())
    with pytest.raises(Refusal) as refused:
        nobody.must(Permission.AREA_EDIT, within="50")
    assert refused.value.code == "sign-in-first"
