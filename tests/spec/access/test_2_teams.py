"""A grid has a team of a shape: 1+3+N, 5+3+N with the five heads (五长), 一长三员, a special grid (专属网格).

Shapes are data. A township takes one over and changes it; what is set for an area holds for every grid in it that has
nothing of its own.
"""

from linli.access import queries, shapes, teaming
from linli.areas.models import Area
from tests.spec.tables import rows

title = "Who sits where in a team"

TOWN = "500199001"


def test_places(account, actor, at):
    """A post fills the place that asks for its role; what nobody fills is vacant, and the N is never full."""
    boss = actor("boss", "administrator", TOWN)
    shape = teaming.take_over(shapes.known()["1-3-n"], area=TOWN, by=boss, at=at)
    teaming.use(shape, area=TOWN, by=boss, at=at)
    for number, row in enumerate(
        rows("""
        posts held in the grid                        | filled | vacant | beside
        –                                             | 0      | 4      | 0
        grid-head                                     | 1      | 3      | 0
        grid-head grid-worker                         | 2      | 2      | 0
        grid-head grid-head                           | 1      | 3      | 1
        grid-worker volunteer volunteer               | 1      | 3      | 0
        grid-head community-clerk                     | 1      | 3      | 1
        grid-head resident                            | 1      | 3      | 0
    """),
        1,
    ):
        grid = f"{TOWN}001{number:03d}"
        Area.objects.create(code=grid, level=6, name=grid)
        for each, role in enumerate(row["posts held in the grid"].strip("–").split()):
            account(f"w{number}-{each}", role, grid)
        team = queries.team(grid, boss, at=at)
        told = (team.filled_count, team.vacant, len(team.others))
        assert told == tuple(int(row[name]) for name in ("filled", "vacant", "beside")), row


def test_uses(actor, at):
    """What is set deeper goes before what is set above."""
    boss = actor("boss", "administrator", TOWN)
    taken = {name: teaming.take_over(known, area=TOWN, by=boss, at=at) for name, known in shapes.known().items()}
    for row in rows("""
        set for                | shape          | then a grid of the community 500199001001 has
        500199001              | 1-3-n          | 1-3-n
        500199001002           | 5-3-n          | 1-3-n
        500199001001           | head-and-three | head-and-three
        500199001001007        | special        | head-and-three
    """):
        teaming.use(taken[row["shape"]], area=row["set for"], by=boss, at=at)
        found = queries.uses_of(["500199001001001"], today=at.date())["500199001001001"]
        assert found.shape.known == row["then a grid of the community 500199001001 has"]
