"""Who has a case in hand: given to a post, a bureau or the team of an area; taken away again; asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from linli.access.actors import Actor
from linli.access.models import Account, Bureau, Post
from linli.access.roles import ROLES
from linli.areas import codes
from linli.areas.models import Area
from linli.ground.hands import Hand
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.web.once import asked, insert

from .models import Assignment, Case, Part

EVERY_PART = tuple(Part.values)
HANDLING = sorted(role.slug for role in ROLES.values() if Permission.CASE_HANDLE in role.may)


class CannotHold(Refusal):
    """A case was to be given to someone who cannot handle it: past, elsewhere, or nobody there handles cases."""

    code, status = "case.cannot-hold", 422
    words = _("%(target)s cannot handle this case.")
    next_step = _("Choose a post, bureau or team in force whose area the case lies in. Nothing was written.")


@dataclass(frozen=True)
class Target:
    """Whom a case is given to: one of a post, a bureau, the team of an area."""

    post: Post | None = None
    bureau: Bureau | None = None
    area: str = ""

    @property
    def key(self) -> str:
        """The reference of the post, the code of the bureau, or that of the area."""
        return self.post.ref if self.post else self.bureau.code if self.bureau else self.area

    @property
    def level(self) -> int:
        """The level it stands at: deeper is greater."""
        if self.bureau:
            return codes.Level.DISTRICT
        code = self.post.area_code if self.post else self.area
        return codes.level_of(code) if code else codes.Level.MUNICIPALITY


def must_be_able(target: Target, case: Case, *, at: datetime) -> None:
    """Refuses a post or bureau that is past, whoever does not handle cases, and what lies elsewhere than the case."""
    today = localdate(at)
    if target.post:
        fits = may_hold(target.post, case, today)
    elif target.bureau:
        fits = target.bureau.until is None and codes.contains(target.bureau.area_code, case.area_code)
    else:
        fits = bool(target.area) and _touch(target.area, case.area_code) and _stands(target.area)
    if not fits:
        raise CannotHold(target=target.key or "–")


def may_hold(post: Post, case: Case, today: date) -> bool:
    """Whether a post could have the case in hand on a day."""
    held = post.account_id is not None and (post.until is None or post.until > today)
    return held and post.role in HANDLING and any(codes.contains(place, case.area_code) for place in post.places)


def _stands(code: str) -> bool:
    """Whether there is such an area."""
    return Area.objects.standing().filter(code=code).exists()


def _touch(one: str, other: str) -> bool:
    """Whether one of two areas lies in the other."""
    return codes.contains(one, other) or codes.contains(other, one)


def give(case: Case, target: Target, part: Part, *, by: Hand, at: datetime) -> Assignment:
    """The target has its part of the case from now on."""
    made = Assignment(
        case=case,
        part=part,
        post=target.post,
        bureau=target.bureau,
        area_code=target.area,
        given_at=at,
        given_by=by.ref,
    )
    insert(made)
    return made


def take_away(case: Case, *, at: datetime, parts: Sequence[str] = (Part.LEAD,)) -> None:
    """Nobody has these parts of the case any more."""
    if any(part in parts for part, *_whose in _held(case.pk)):
        Assignment.objects.filter(case=case, part__in=parts, ended_at=None).update(ended_at=at)


def lead(case: Case) -> Assignment | None:
    """Who has the case in hand."""
    rows = Assignment.objects.select_related("post__account", "bureau")
    return rows.filter(case=case, part=Part.LEAD, ended_at=None).first()


def leads(case: Case) -> Assignment | None:
    """The same for what goes on by itself and needs no names."""
    return next(iter(_leads(case.pk)), None)


@asked
def _leads(case: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(case=case, part=Part.LEAD, ended_at=None)


def helpers(case: Case) -> list[Assignment]:
    """Co-handlers, and bureaus called by whistle, in the order they came in."""
    rows = Assignment.objects.filter(case=case, ended_at=None).exclude(part=Part.LEAD)
    return list(rows.select_related("post__account", "bureau").order_by("id"))


def mine(by: Actor) -> Q:
    """The assignments someone has a part in: by their post or one they stand in for, their bureau, where they stand."""
    posts = Post.objects.filter(Q(ref=by.post) | Q(stand_ins__ref=by.post))
    teams = (
        Q(area_code__in=[place for place in by.places if place]) if Permission.CASE_HANDLE in by.permissions else Q()
    )
    bureaus = Q(bureau__in=posts.exclude(bureau=None).values("bureau"))
    return Q(post__in=posts.values("pk")) | bureaus | teams


def has_part(case: Case, by: Hand, *parts: str) -> bool:
    """Whether someone has one of these parts of the case. A program of the house has every part."""
    if not isinstance(by, Actor):
        return True
    held = [whose for part, *whose in _held(case.pk) if part in (parts or EVERY_PART)]
    teams = set(by.places) if Permission.CASE_HANDLE in by.permissions else set()
    if any(post == by.post or (area and area in teams) for post, _bureau, area in held):
        return True  # mostly so, and without asking who stands in for whom
    acts_for = set(_acts_for(by.post)) if held else set()
    posts, bureaus = {post for post, _bureau in acts_for}, {bureau for _post, bureau in acts_for} - {None}
    return any(post in posts or bureau in bureaus for post, bureau, _area in held)


@asked
def _held(case: int) -> "QuerySet[Assignment, tuple[str, str | None, int | None, str]]":
    """Which parts of the case are held, and by which post, bureau or team."""
    return Assignment.objects.filter(case=case, ended_at=None).values_list("part", "post__ref", "bureau", "area_code")


@asked
def _acts_for(post: str) -> "QuerySet[Post, tuple[str, int | None]]":
    """A post and those it stands in for, each with its bureau."""
    return Post.objects.filter(Q(ref=post) | Q(stand_ins__ref=post)).values_list("ref", "bureau")


def people(assignment: Assignment, *, today: date) -> list[Account]:
    """Who may act for an assignment on a day: the holder of the post and who stands in, the bureau's, the team's."""
    if assignment.post_id:
        return _at_post(assignment.post_id, today)
    return _at_bureau(assignment.bureau_id, today) if assignment.bureau_id else _of_team(assignment.area_code, today)


@asked
def _at_post(post: int, today: date) -> QuerySet[Account]:
    return holders(Post.objects.held_on(today).filter(Q(pk=post) | Q(stands_in_for=post)))


@asked
def _at_bureau(bureau: int, today: date) -> QuerySet[Account]:
    return holders(Post.objects.held_on(today).filter(bureau=bureau))


@asked
def _of_team(area: str, today: date) -> QuerySet[Account]:
    return holders(Post.objects.held_on(today).filter(area_code=area, role__in=HANDLING))


def holders(posts: QuerySet[Post]) -> QuerySet[Account]:
    """Who holds some of these posts, each once."""
    return Account.objects.filter(pk__in=posts.values("account")).order_by("pk")
