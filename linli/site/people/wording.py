"""Posts as lines of a list: names in the place of codes, looked up for all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from linli.access.boards import boards
from linli.access.models import Post
from linli.access.reach import Reach
from linli.access.roles import ROLES
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


def lines(posts: Sequence[Post]) -> list[Line]:
    """The posts in words; one question for the names of all their areas."""
    codes = {code for post in posts for code in post.codes if code}
    names = dict(Area.objects.standing().filter(code__in=codes).values_list("code", "name"))
    return [_line(post, names) for post in posts]


def _line(post: Post, names: dict[str, str]) -> Line:
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
        board=boards()[post.board].name if post.board in boards() else "",
    )
