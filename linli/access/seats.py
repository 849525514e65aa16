"""Who fills which place of a team: posts laid into the places of a shape. No database asks or is asked here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .models import Post, TeamPlace, TeamShape
from .reach import Reach
from .roles import ROLES


@dataclass(frozen=True)
class Seat:
    """One chair of a place: who sits on it, or nobody. `holder` is the A or B that a place in pairs asks for."""

    holder: str = ""
    post: Post | None = None


@dataclass
class Filled:
    """A place with its seats. One that takes any number has no vacant seat, and is never full."""

    place: TeamPlace
    seats: list[Seat] = field(default_factory=list)

    @property
    def vacant(self) -> int:
        """How many seats nobody sits on."""
        return sum(seat.post is None for seat in self.seats)


@dataclass
class Team:
    """The team of a grid: its places as they are filled, and those of its people whom the shape has no place for."""

    shape: TeamShape | None
    filled: list[Filled] = field(default_factory=list)
    others: list[Post] = field(default_factory=list)

    @property
    def wanted(self) -> int:
        """How many seats the shape asks for."""
        return sum(len(each.seats) for each in self.filled if each.place.most)

    @property
    def filled_count(self) -> int:
        """How many of them someone sits on."""
        return self.wanted - self.vacant

    @property
    def vacant(self) -> int:
        """How many of them nobody sits on."""
        return sum(each.vacant for each in self.filled)


def laid(shape: TeamShape | None, places: Sequence[TeamPlace], posts: Iterable[Post]) -> Team:
    """The posts in the places of the shape: first those given for a place, then others of the role it asks for.

    More than a place asks for sit there all the same when they were given for it. Residents and others who see only
    what is theirs belong to no team.
    """
    waiting = [post for post in posts if not post.stands_in_for_id]
    team = Team(shape)
    for place in places:
        named = [post for post in waiting if post.team_id == place.shape_id and post.place == place.slug]
        waiting = [post for post in waiting if post not in named]
        team.filled.append(Filled(place, _seated(_chairs(place), named)))
    for each in team.filled:
        fitting = [post for post in waiting if not post.place and post.role == each.place.role]
        room = len(fitting) if not each.place.most else each.vacant
        each.seats, taken = _seated(each.seats, fitting[:room]), fitting[:room]
        waiting = [post for post in waiting if post not in taken]
    team.others = [post for post in waiting if post.role not in ROLES or ROLES[post.role].reach is not Reach.OWN]
    return team


def _chairs(place: TeamPlace) -> list[Seat]:
    """The empty seats of a place."""
    return [Seat(holder) for holder in (("A", "B") if place.in_pairs else ("",)) for _ in range(place.most)]


def _seated(seats: list[Seat], posts: Sequence[Post]) -> list[Seat]:
    """The seats with these posts on them; those who find no seat of their letter take any, or bring one."""
    seats = list(seats)
    for post in posts:
        free = [n for n, seat in enumerate(seats) if seat.post is None]
        own = next(
            (n for n in free if seats[n].holder in ("", post.holder)), free[0] if free and not post.holder else None
        )
        if own is None:
            seats.append(Seat(post.holder, post))
        else:
            seats[own] = Seat(seats[own].holder, post)
    return seats
