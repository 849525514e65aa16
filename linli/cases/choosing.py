"""Whom a case may be given to: the list's own first, then bureaus, posts and teams over the place it lies in."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.timezone import localdate

from linli.access.models import Bureau, Post
from linli.access.roles import ROLES
from linli.areas import codes
from linli.areas import queries as areas
from linli.areas.codes import Level
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import holding, routing
from .holding import Target
from .models import Case

POST, BUREAU, TEAM = "post", "bureau", "team"
MOST = 200


class NoTarget(Refusal):
    """Nobody was named, or nobody who is there."""

    code, status = "case.no-target", 422
    words = _("It is not said who is to have this case.")
    next_step = _("Choose a bureau, a post or a team. Nothing was written.")


@dataclass(frozen=True)
class Choice:
    """Someone a case may be given to: a key to send, their name, of which kind, and whether the list names them.

    `role` is that of a post without a title of its own, as an English msgid.
    """

    key: str
    name: str
    kind: str
    proposed: bool = False
    role: str = ""


def choices(case: Case, *, at: datetime) -> list[Choice]:
    """Everyone who could have the case, whom the list names first."""
    proposal = routing.proposal(case, at=at)
    named = [key_of(target) for target in proposal.targets] if proposal else []
    found = [*_bureaus(case), *_teams(case), *_posts(case, at)]
    known = {choice.key: choice for choice in found}
    first = [replace(known[key], proposed=True) for key in dict.fromkeys(named) if key in known]
    return [*first, *(choice for choice in found if choice.key not in named)]


def key_of(target: Target) -> str:
    """A target as a form sends it.

    >>> key_of(Target(area="500199001001"))
    'team:500199001001'
    """
    kind = POST if target.post else BUREAU if target.bureau else TEAM
    return f"{kind}:{target.key}"


def read(key: str) -> Target:
    """The target that was sent; refuses (NoTarget) what names nobody. Whether they can hold it the verb says."""
    kind, _colon, name = key.partition(":")
    post = Post.objects.filter(ref=name).first() if kind == POST else None
    bureau = Bureau.objects.filter(code=name).first() if kind == BUREAU else None
    if kind == TEAM and name:
        return Target(area=codes.read(name))
    if post is None and bureau is None:
        raise NoTarget()
    return Target(post=post, bureau=bureau)


def _over(case: Case) -> list[str]:
    return [*codes.ancestors(case.area_code), case.area_code]


def _bureaus(case: Case) -> list[Choice]:
    rows = Bureau.objects.filter(until=None, area_code__in=_over(case)).order_by("name")
    return [Choice(f"{BUREAU}:{code}", name, BUREAU) for code, name in rows.values_list("code", "name")[:MOST]]


def _teams(case: Case) -> list[Choice]:
    """The teams of the grid and of the community the case lies in."""
    over = [code for code in _over(case) if codes.level_of(code) >= Level.COMMUNITY]
    named = dict(areas.within(over[0]).filter(code__in=over).values_list("code", "name")) if over else {}
    return [Choice(f"{TEAM}:{code}", named[code], TEAM) for code in reversed(over) if code in named]


def _posts(case: Case, at: datetime) -> list[Choice]:
    rows = Post.objects.held_on(localdate(at)).filter(area_code__in=_over(case), role__in=holding.HANDLING)
    # Who stands in for another has what that one has; a case given to the stand-in would lie with nobody afterwards.
    rows = rows.filter(bureau=None, stands_in_for=None).select_related("account").order_by("-area_code", "id")[:MOST]
    return [_post(row) for row in rows if row.account]


def _post(post: Post) -> Choice:
    """A post by who holds it and its title, else its role."""
    assert post.account is not None
    key, name = f"{POST}:{post.ref}", post.account.name
    if post.title:
        return Choice(key, f"{post.title} · {name}", POST)
    return Choice(key, name, POST, role=ROLES[post.role].name if post.role in ROLES else post.role)
