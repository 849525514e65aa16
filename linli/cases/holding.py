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
from linli.web.once import asked

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
    return Assignment.objects.create(
        case=case,
        part=part,
        post=target.post,
        bureau=target.bureau,
        area_code=target.area,
        given_at=at,
        given_by=by.ref,
    )


def take_away(case: Case, *, at: datetime, parts: Sequence[str] = (Part.LEAD,)) -> None:
    """Nobody has these parts of the case any more."""
    Assignment.objects.filter(case=case, part__in=parts, ended_at=None).update(ended_at=at)


def lead(case: Case) -> Assignment | None:
    """Who has the case in hand."""
    rows = Assignment.objects.select_related("post__account", "bureau")
    return rows.filter(case=case, part=Part.LEAD, ended_at=None).first()


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
    held = [(part, post) for part, post in _held(case.pk) if part in (parts or EVERY_PART)]
    if any(post == by.post for _part, post in held):
        return True  # mostly so, and without asking who stands in for whom
    rows = Assignment.objects.filter(case=case, ended_at=None, part__in=parts or EVERY_PART)
    return bool(held) and rows.filter(mine(by)).exists()


@asked
def _held(case: int) -> "QuerySet[Assignment, tuple[str, str | None]]":
    """Which parts of the case are held, and by which posts."""
    return Assignment.objects.filter(case=case, ended_at=None).values_list("part", "post__ref")


def people(assignment: Assignment, *, today: date) -> list[Account]:
    """Who may act for an assignment on a day: the holder of the post and who stands in, the bureau's, the team's."""
    rows = Post.objects.held_on(today)
    if assignment.post_id:
        rows = rows.filter(Q(pk=assignment.post_id) | Q(stands_in_for=assignment.post_id))
    elif assignment.bureau_id:
        rows = rows.filter(bureau=assignment.bureau_id)
    else:
        rows = rows.filter(area_code=assignment.area_code, role__in=HANDLING)
    return [post.account for post in rows.select_related("account") if post.account]
