"""Posts as lines of a list: names in the place of codes, looked up for all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from linli.access.boards import boards
from linli.access.models import Post
from linli.access.reach import Reach
from linli.access.roles import ROLES
from linli.access.rostering import Row
from linli.areas.models import Area


@dataclass(frozen=True)
class Line:
    """One post as it is read."""

    post: Post
    who: str
    role: str
    where: str
    reach: str
    board: str
    stands_in_for: str = ""

    @property
    def in_one(self) -> str:
        """Who, what, where; and for whom, where they stand in."""
        what = self.post.title or self.role
        if self.stands_in_for:
            what = gettext("%(role)s, standing in for %(name)s") % {"role": what, "name": self.stands_in_for}
        return f"{self.who} · {what} · {self.where}"


def lines(posts: Sequence[Post]) -> list[Line]:
    """The posts in words; one question for the names of all their areas, one for whom some stand in for."""
    codes = {code for post in posts for code in post.codes if code}
    names = dict(Area.objects.standing().filter(code__in=codes).values_list("code", "name"))
    keys = {post.stands_in_for_id for post in posts if post.stands_in_for_id}
    away = dict(Post.objects.filter(pk__in=keys).values_list("pk", "account__name")) if keys else {}
    return [_line(post, names, away.get(post.stands_in_for_id or 0) or "") for post in posts]


def _line(post: Post, names: dict[str, str], stands_in_for: str) -> Line:
    places = [names.get(code, code) for code in post.codes if code]
    invited = getattr(post, "invitation", None)
    who = (
        post.account.name if post.account else gettext("%(name)s, invited") % {"name": invited.name if invited else "–"}
    )
    return Line(
        post=post,
        who=who,
        role=gettext(ROLES[post.role].name) if post.role in ROLES else post.role,
        where="、".join(places) or gettext("everywhere"),
        reach=gettext(Reach(post.reach).label),
        board=boards()[post.board].called if post.board in boards() else "",
        stands_in_for=stands_in_for,
    )


def area_names(codes: set[str]) -> dict[str, str]:
    """The names of standing areas by their codes; what stands no longer is left out."""
    wanted = {code for code in codes if code}
    return dict(Area.objects.standing().filter(code__in=wanted).values_list("code", "name")) if wanted else {}


@dataclass(frozen=True)
class SheetLine:
    """One row of a sheet of posts, as it was understood."""

    row: Row
    role: str = ""
    where: str = ""
    reach: str = ""
    board: str = ""
    place: str = ""


def rostering_lines(rows: Sequence[Row]) -> list[SheetLine]:
    """What each row asks for in words: which post, where, how far it sees."""
    names = area_names({row.asked.area for row in rows if row.asked})
    return [_sheet_line(row, names) if row.asked else SheetLine(row) for row in rows]


def _sheet_line(row: Row, names: dict[str, str]) -> SheetLine:
    asked = row.asked
    assert asked is not None
    role = ROLES[asked.role]
    place = asked.team.places.filter(slug=asked.place).first() if asked.team else None
    return SheetLine(
        row,
        role=gettext(role.name),
        where=names.get(asked.area, asked.area) or gettext("everywhere"),
        reach=gettext((asked.reach or role.reach).label),
        board=boards()[asked.board].called if asked.board else "",
        place=place.name if place else "",
    )
