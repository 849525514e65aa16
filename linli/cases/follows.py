"""Who is told of what: a table of tellings that the inbox follows."""

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.timezone import localdate

from linli.access import watching
from linli.access.models import Account, Post
from linli.access.roles import ROLES
from linli.areas import codes
from linli.areas.codes import Level
from linli.ground.permissions import Permission
from linli.ground.words import gettext_noop as _
from linli.journal.models import Entry
from linli.notices.follows import named
from linli.notices.tellings import Telling, tells
from linli.web.once import asked

from . import holding
from .models import Assignment, Case, Part, Step, Subscription
from .stages import Stage

Whom = Callable[[Entry], list[Account]]
KEPT = "_case"
LEADERS = ("commander", "board-lead")
DESKS = sorted(
    role.slug for role in ROLES.values() if Permission.CASE_TRIAGE in role.may and role.slug != "administrator"
)
SUPERVISORS = ("district-supervisor",)


def case_of(entry: Entry) -> Case:
    """The case an entry is about, asked for once for as long as the entry is here."""
    found: Case | None = vars(entry).get(KEPT)
    if found is None:
        [found] = _called(entry.thing)
        setattr(entry, KEPT, found)
    return found


@asked
def _called(ref: str) -> QuerySet[Case]:
    return Case.objects.filter(ref=ref)


def at_post(area: str, roles: Iterable[str], *, today: date) -> list[Account]:
    """Who holds a post of one of these roles at an area itself."""
    return _at_post(area, today, *roles)


@asked
def _at_post(area: str, today: date, *roles: str) -> QuerySet[Account]:
    return holding.holders(Post.objects.held_on(today).filter(area_code=area, role__in=roles))


def desk(case: Case, *, today: date) -> list[Account]:
    """Whoever judges the case at the level it lies with; where nobody does, the township."""
    for level in (Level(case.level), Level.TOWNSHIP):
        if codes.level_of(case.area_code) >= level:
            found = at_post(codes.cut(case.area_code, level), ("dispatcher", "community-secretary"), today=today)
            if found:
                return found
    return []


def hands(entry: Entry) -> list[Account]:
    """Whoever has the case in hand, its lead."""
    held = holding.leads(case_of(entry))
    return holding.people(held, today=localdate(entry.at)) if held else []


def whoever_has_it(entry: Entry) -> list[Account]:
    """Whoever must act now: its lead where it is in someone's hand, else the desk that judges or verifies it."""
    case = case_of(entry)
    at_desk = case.stage in (Stage.RESOLVED, Stage.VERIFIED, Stage.SELF_HANDLED) or holding.leads(case) is None
    return desk(case, today=localdate(entry.at)) if at_desk else hands(entry)


def called(entry: Entry) -> list[Account]:
    """Whoever was just called: the assignment that the entry made."""
    case = case_of(entry)
    rows = Assignment.objects.filter(case=case, given_at=entry.at).exclude(part=Part.LEAD)
    made = rows.select_related("post", "bureau").order_by("-id").first()
    return holding.people(made, today=localdate(entry.at)) if made else []


def everyone_who_raised_it(entry: Entry) -> list[Account]:
    """Accounts that raised this matter or wrote it down; of a case that others were merged into, theirs too."""
    waiting: list[int] = [case_of(entry).pk]
    told: dict[int, Account] = {}
    while waiting:
        case = waiting.pop()
        told |= {account.pk: account for account in _subscribed(case)}
        waiting += [merged for (merged,) in _merged_into(case)]
    return list(told.values())


@asked
def _merged_into(case: int) -> "QuerySet[Case, tuple[int]]":
    return Case.objects.filter(merged_into=case, stage=Stage.MERGED).values_list("pk")


@asked
def _subscribed(case: int) -> QuerySet[Account]:
    return Account.objects.filter(ref__in=Subscription.objects.filter(case=case).values("account")).order_by("pk")


def command_centre(entry: Entry) -> list[Account]:
    """The desk of the township, its leaders, and the one on duty."""
    case, today = case_of(entry), localdate(entry.at)
    township = codes.cut(case.area_code, Level.TOWNSHIP) if codes.level_of(case.area_code) >= Level.TOWNSHIP else ""
    watch = watching.on_watch(township, at=entry.at) if township else None
    on_duty = [watch.account] if watch and watch.account else []
    return [*at_post(township, ("dispatcher", *LEADERS), today=today), *on_duty] if township else []


def if_urgent(whom: Whom) -> Whom:
    """The same people, for a case that is urgent; nobody for any other."""
    return lambda entry: whom(entry) if entry.said.get("urgency") != "general" else []


def unless_urgent(whom: Whom) -> Whom:
    """The same people, unless the case is urgent."""
    return lambda entry: whom(entry) if entry.said.get("urgency") == "general" else []


def by_level(entry: Entry) -> list[Account]:
    """Whoever an overdue case has come to by now: its hands and the community, the township, the district."""
    case, today, level = case_of(entry), localdate(entry.at), entry.said.get("level", "")
    if level == "community":
        return [*whoever_has_it(entry), *at_post(codes.cut(case.area_code, Level.COMMUNITY), DESKS, today=today)]
    if level == "township":
        return [*whoever_has_it(entry), *command_centre(entry)]
    return at_post(codes.cut(case.area_code, Level.DISTRICT), SUPERVISORS, today=today)


def asker(fact: str) -> Whom:
    """Whoever made the last step of this move on the case."""

    def whom(entry: Entry) -> list[Account]:
        step = Step.objects.filter(case=case_of(entry), move=fact).order_by("-number").first()
        return list(Account.objects.filter(ref=step.by)) if step else []

    return whom


def desk_of(entry: Entry) -> list[Account]:
    """Whoever judges the case."""
    return desk(case_of(entry), today=localdate(entry.at))


def _telling(move: str, words: str, whom: Whom, *, urgent: bool = False) -> Telling:
    return Telling(f"case.{move}", words, whom, urgent=urgent, group="case")


URGENT = _("An urgent case was reported: %(thing)s.")
for each in (
    _telling("raise", _("A case was reported: %(thing)s."), unless_urgent(desk_of)),
    _telling("raise", URGENT, if_urgent(command_centre), urgent=True),
    _telling("appeal", _("The declining of %(thing)s was appealed."), desk_of),
    _telling("accept", _("The case %(thing)s was accepted."), everyone_who_raised_it),
    _telling("decline", _("The case %(thing)s was declined."), everyone_who_raised_it),
    _telling("dispatch", _("The case %(thing)s was given to you; sign for it."), hands),
    _telling("assign", _("The case %(thing)s was given to your team; sign for it."), hands),
    _telling("transfer", _("The case %(thing)s was given to you; sign for it."), hands),
    _telling("pass-on", _("The case %(thing)s of a colleague who left is yours now."), named("to")),
    _telling("co-handle", _("You handle the case %(thing)s with others."), called),
    _telling("whistle", _("Your bureau was called to the case %(thing)s."), called),
    _telling("answer", _("A call in the case %(thing)s was answered."), asker("whistle")),
    _telling("return", _("The case %(thing)s was returned."), desk_of),
    _telling("escalate", _("The case %(thing)s was brought to your level."), desk_of),
    _telling("ask-extension", _("More time is asked for the case %(thing)s."), desk_of),
    _telling("grant-extension", _("The case %(thing)s has more time."), asker("ask-extension")),
    _telling("refuse-extension", _("The case %(thing)s has no more time."), asker("ask-extension")),
    _telling("resolve", _("The case %(thing)s was resolved; verify it."), desk_of),
    _telling("rework", _("The case %(thing)s was sent back to you for rework."), hands),
    _telling("close", _("The case %(thing)s was closed."), everyone_who_raised_it),
    _telling("force", _("The case %(thing)s was closed by force."), everyone_who_raised_it),
    _telling("reopen", _("The case %(thing)s was reopened."), desk_of),
    _telling("merge", _("The case %(thing)s is handled as %(into)s."), everyone_who_raised_it),
    _telling("part", _("The case %(thing)s is handled by itself again."), everyone_who_raised_it),
    _telling("part", _("The case %(thing)s is handled by itself again."), whoever_has_it),
    _telling("void", _("The case %(thing)s is void."), everyone_who_raised_it),
    _telling("urge", _("The case %(thing)s is urged."), whoever_has_it, urgent=True),
    _telling("supervise", _("The case %(thing)s is under supervision."), whoever_has_it, urgent=True),
    _telling("ask-void", _("Someone asks to void the case %(thing)s."), desk_of),
    _telling("reminded", _("Half the time of the case %(thing)s is used."), whoever_has_it),
    _telling("overdue", _("The case %(thing)s is overdue."), unless_urgent(by_level)),
    _telling("overdue", _("An urgent case is overdue: %(thing)s."), if_urgent(by_level), urgent=True),
):
    tells(each)
