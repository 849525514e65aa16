"""The published list (分级分类库) asked: which line holds for an event type at a place, and whom it proposes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.timezone import localdate

from linli.access.models import Bureau, Post
from linli.areas import codes
from linli.areas.codes import Level
from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _
from linli.web.once import asked

from . import holding
from .holding import Target
from .models import Case, Category, Line


class PushedDown(Refusal):
    """The list gives this to a higher level, which may not push it down."""

    code, status = "routing.pushed-down", 422
    words = _("The published list gives “%(category)s” to the %(level)s; it may not be pushed down to the %(target)s.")
    next_step = _("Give it to %(lead)s, or have it judged again if it is something else. Nothing was written.")


class NotCited(Refusal):
    """The line that is cited does not speak for whoever cites it."""

    code, status = "routing.not-cited", 422
    words = _("This line of the list does not give the matter to a level above yours.")
    next_step = _("Cite the line that does, or return the case with a reason of your own. Nothing was written.")


class NoSuchCategory(Refusal):
    """An event type that nobody listed."""

    code, status = "routing.no-such-category", 422
    words = _("There is no event type %(category)s.")
    next_step = _("Choose one from the tree. Nothing was written.")


@dataclass(frozen=True)
class Proposal:
    """Whom the list names for a case: the line, and who of that name there is; none where a person must find them."""

    line: Line
    targets: tuple[Target, ...]


def category(code: str, *, today: date) -> Category:
    """The event type of a code, in force on a day; refuses one nobody listed."""
    found = next(iter(_called(code, today)), None)
    if found is None or (found.until and found.until <= today):
        raise NoSuchCategory(category=code)
    return found


@asked
def _called(code: str, today: date) -> QuerySet[Category]:
    return Category.objects.filter(code=code, since__lte=today)


def line_for(code: str, area: str, *, today: date) -> Line | None:
    """The line that holds for an event type at a place on a day: the one published closest to it; None on no list."""
    lines = _lines(code, today, "", *codes.ancestors(area), area)
    closest = max(lines, key=lambda line: len(line.area_code), default=None)
    if closest is not None:
        [closest.category] = _listed(closest.category_id)
    return closest


@asked
def _lines(code: str, today: date, *areas: str) -> QuerySet[Line]:
    return Line.objects.in_force(today).filter(category__code=code, area_code__in=areas)


@asked
def _listed(key: int) -> QuerySet[Category]:
    return Category.objects.filter(pk=key)


def lines_over(area: str, *, today: date, above: int) -> list[Line]:
    """The lines that give something to a level above one, at a place: what someone there may cite."""
    lines = Line.objects.in_force(today).over(area).filter(level__lt=above).select_related("category")
    return list(lines.order_by("category__code"))


def judging_level(line: Line | None, area: str) -> int:
    """The level that judges a case: the community for what the list leaves to it and its grids, else the township.

    What lies above any township is judged where it lies.
    """
    here = codes.level_of(area)
    if here < Level.TOWNSHIP:
        return here
    low = line is not None and line.level >= Level.COMMUNITY and here >= Level.COMMUNITY
    return Level.COMMUNITY if low else Level.TOWNSHIP


def must_not_push_down(case: Case, target: Target) -> None:
    """Refuses to give a case to a deeper level than the list does."""
    line = case.line
    if line is not None and target.level > line.level:
        raise PushedDown(
            category=line.category.name,
            level=Level(line.level).label,
            target=Level(target.level).label,
            lead=line.lead,
        )


def must_speak_for(line: Line, case: Case, level: int, *, at: datetime) -> None:
    """Refuses to cite a line that is not in force where the case lies, or gives the matter to no level above."""
    known = Line.objects.in_force(localdate(at)).over(case.area_code).filter(pk=line.pk, level__lt=level)
    if not known.exists():
        raise NotCited()


def proposal(case: Case, *, at: datetime) -> Proposal | None:
    """Whom the list names for a case; None for what is on no list, which a person judges."""
    if case.line is None:
        return None
    found = [target for target in _named(case.line, case, localdate(at)) if _able(target, case, at)]
    return Proposal(case.line, tuple(found))


def _named(line: Line, case: Case, today: date) -> Iterable[Target]:
    """Bureaus and posts by the name that the list says leads; the team, where it stays with grid or community."""
    if line.level == Level.GRID:
        yield Target(area=case.area_code)
    if line.level == Level.COMMUNITY and len(case.area_code) >= codes.WIDTHS[Level.COMMUNITY]:
        yield Target(area=codes.cut(case.area_code, Level.COMMUNITY))
    above = codes.ancestors(case.area_code)
    for bureau in Bureau.objects.filter(name=line.lead, until=None, area_code__in=above):
        yield Target(bureau=bureau)
    posts = Post.objects.held_on(today).filter(area_code__in=[*above, case.area_code], role__in=holding.HANDLING)
    titled = list(posts.filter(title=line.lead))
    for post in titled or posts.filter(board=line.category.board).exclude(holder="A"):
        yield Target(post=post)


def _able(target: Target, case: Case, at: datetime) -> bool:
    try:
        holding.must_be_able(target, case, at=at)
        must_not_push_down(case, target)
    except Refusal:
        return False
    return True
