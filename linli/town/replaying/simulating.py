"""A city's matters go through the whole loop in the order of simulated time, one event after the other.

Somebody raises a matter when the city's table says so. Dispatchers judge and dispatch it when one of them is free, the
desk signs for it when a hand is free and resolves it when that hand is done, somebody else verifies it. A share goes to
the wrong desk first, and a share is found not to be resolved.
"""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from django.db import transaction

from linli.access.actors import Actor
from linli.cases import closing, dispatching, handling, intake, queries, triage
from linli.cases.holding import Target
from linli.cases.intake import Report
from linli.cases.models import Case, Source
from linli.cases.triage import Judgement
from linli.clocks import counting
from linli.clocks.counting import Unit
from linli.clocks.working import Calendar
from linli.ground.progress import Tell, silent

from .mapping import CityMap
from .matters import Matter
from .places import Ground
from .staffing import Desk, calendar_of, happens, open_at

AT_ONCE = 400  # events in a transaction
NEVER = timedelta(minutes=1)
DESK, WRONG_DESK = "the city's own desk", "not ours: the city gave it to another desk"
DONE, NOT_DONE = "done", "not done"


@dataclass
class Course:
    """A matter on its way, and how long it waited where (working time left aside: by the clock)."""

    matter: Matter
    due: datetime
    case: Case | None = None
    desk: str = ""
    tries: int = 0
    since: datetime | None = None
    waits: Counter[str] = field(default_factory=Counter)

    def word(self, what: str) -> str:
        """What decides about this matter, the same in every replay."""
        return f"{self.matter.row}:{what}:{self.tries}"


@dataclass
class Seen:
    """What happened: cases, moves, when which queue was how long, and what became of each course."""

    raised: int = 0
    alike: int = 0
    moves: int = 0
    waiting: Counter[str] = field(default_factory=Counter)
    queues: list[tuple[datetime, int, int, int]] = field(default_factory=list)
    ended: list[Course] = field(default_factory=list)


Event = Callable[[Course, datetime], None]
Act = Callable[[Course, str, datetime], None]


class Players(Protocol):
    """Who plays: whoever writes down, dispatches and verifies, and who is behind each desk."""

    clerk: Actor
    dispatcher: Actor
    verifier: Actor
    kinds: Mapping[str, str]

    @property
    def desks(self) -> Sequence[str]:
        """The desks there are."""

    def target(self, desk: str, case: Case) -> Target:
        """Whom a case is given to that goes to the desk."""

    def handler(self, desk: str, case: Case) -> Actor:
        """Who handles it there."""


class Play:
    """The loop as it is played."""

    def __init__(self, city: CityMap, company: Players, *, ground: Ground | None = None) -> None:
        self._city, self._ground, self._company = city, ground, company
        self._calendar = self._working()
        self._dispatchers = Desk(city.dispatchers, self._calendar)
        self._verifiers = Desk(city.verifiers, self._calendar)
        self._desks = {desk: Desk(city.staff(desk), self._calendar) for desk in company.desks}
        self._names = sorted(company.desks)
        self._ahead: list[tuple[datetime, int, Event, Course]] = []
        self._number = count()
        self._has_alike = queries.asking_alike(company.dispatcher)
        self.seen = Seen()

    def run(self, matters: Iterable[Matter], *, after: Callable[[datetime], None], tell: Tell = silent) -> Seen:
        """Every matter has gone as far as it goes; `after` is called behind each transaction with the time reached."""
        coming = deque(self._courses(matters), maxlen=None)
        whole = len(coming)
        while coming or self._ahead:
            with transaction.atomic():
                reached = self._some(coming)
            after(reached)
            self._measure(reached)
            tell("replayed", len(self.seen.ended), whole)
        return self.seen

    def decide(self, courses: Iterable[Course]) -> None:
        """Every course has gone as far as it goes; for whoever keeps the moves instead of making them."""
        coming = deque(courses)
        while coming or self._ahead:
            self._some(coming)

    def _working(self) -> Calendar:
        """The calendar they work by."""
        return calendar_of(self._city)

    def _courses(self, matters: Iterable[Matter]) -> Iterator[Course]:
        for matter in sorted(matters, key=lambda each: (each.opened, each.row)):
            yield Course(matter, matter.promised or self._rule(matter.opened), desk=matter.desk)

    def _rule(self, opened: datetime) -> datetime:
        rule = self._city.rule
        return counting.due(opened, rule.amount, Unit(rule.unit), self._calendar)

    def _some(self, coming: "deque[Course]") -> datetime:
        """The next events in the order of time; the time of the last of them."""
        reached = None
        for _event in range(AT_ONCE):
            if coming and (not self._ahead or coming[0].matter.opened <= self._ahead[0][0]):
                course = coming.popleft()
                reached = course.matter.opened
                self._raise(course, reached)
            elif self._ahead:
                reached, _number, event, course = heapq.heappop(self._ahead)
                event(course, reached)
            else:
                break
        assert reached is not None
        return reached

    def _later(self, at: datetime, event: Event, course: Course) -> None:
        heapq.heappush(self._ahead, (at, next(self._number), event, course))

    def _waits(self, course: Course, where: str, since: datetime, until: datetime) -> None:
        course.waits[where] += int((until - since).total_seconds())

    # -- the events ------------------------------------------------------------------------------------

    def _raise(self, course: Course, at: datetime) -> None:
        self._do(self._raised, course, at)
        self.seen.raised += 1
        self._to_dispatchers(course, at)

    def _to_dispatchers(self, course: Course, at: datetime) -> None:
        task = self._dispatchers.take(at, course.word("judged"))
        self._waits(course, "dispatchers", at, task.ends)
        self.seen.waiting["dispatchers"] += 1
        self._later(task.ends, self._dispatch, course)

    def _dispatch(self, course: Course, at: datetime) -> None:
        self.seen.waiting["dispatchers"] -= 1
        if course.tries == 0:
            self._do(self._accepted, course, at)
        wrong = course.tries == 0 and len(self._names) > 1 and happens(self._city.returned, course.word("wrong"))
        course.desk = self._other(course.matter.desk) if wrong else course.matter.desk
        self._do(self._given, course, at)
        self.seen.moves += 2 + (course.tries == 0)
        course.tries += 1
        if wrong:
            self._later(open_at(at + NEVER, self._calendar), self._send_back, course)
        else:
            self._to_desk(course, at, self._sign)

    def _other(self, desk: str) -> str:
        return self._names[(self._names.index(desk) + 1) % len(self._names)]

    def _send_back(self, course: Course, at: datetime) -> None:
        self._do(self._sent_back, course, at)
        self.seen.moves += 1
        self._to_dispatchers(course, at)

    def _to_desk(self, course: Course, at: datetime, begin: Event) -> None:
        task = self._desks[course.desk].take(at, course.word("handled"))
        self._waits(course, "desk", at, task.begins)
        self._waits(course, "work", task.begins, task.ends)
        self.seen.waiting["desks"] += 1
        self._later(task.begins, begin, course)
        self._later(task.ends, self._resolve, course)

    def _sign(self, course: Course, at: datetime) -> None:
        self._do(self._signed, course, at)
        self.seen.moves += 1
        self._start(course, at)

    def _start(self, course: Course, at: datetime) -> None:
        self.seen.waiting["desks"] -= 1
        self._do(self._started, course, at)
        self.seen.moves += 1

    def _resolve(self, course: Course, at: datetime) -> None:
        self._do(self._resolved, course, at)
        course.since = at
        self.seen.moves += 1
        task = self._verifiers.take(at, course.word("verified"))
        self.seen.waiting["verifiers"] += 1
        self._later(task.ends, self._verify, course)

    def _verify(self, course: Course, at: datetime) -> None:
        self.seen.waiting["verifiers"] -= 1
        if course.tries < 3 and happens(self._city.reworked, course.word("rework")):
            self._do(self._reworked, course, at)
            self.seen.moves += 1
            course.tries += 1
            assert course.since is not None
            self._waits(course, "rework", course.since, at)
            self._to_desk(course, at, self._start)
            return
        self._do(self._verified, course, at)
        self.seen.moves += 2
        self.seen.ended.append(course)

    # -- the moves -------------------------------------------------------------------------------------

    def _do(self, act: Act, course: Course, at: datetime) -> None:
        """A move is made, by the desk the matter is with now."""
        act(course, course.desk, at)

    def _raised(self, course: Course, _desk: str, at: datetime) -> None:
        course.case = intake.raise_case(self._report(course), by=self._company.clerk, at=at)
        self.seen.alike += self._has_alike(course.case)

    def _report(self, course: Course) -> Report:
        """What is reported: nothing of the city's own words but its kind of matter and the address."""
        matter = course.matter
        assert self._ground is not None
        place = self._ground.of(matter)
        return Report(
            summary=matter.kind,
            area=place.area_code,
            source=Source(self._city.sources.get(matter.source, Source.SYSTEM)),
            source_ref=str(matter.row),
            category=self._company.kinds[matter.kind],
            place=matter.place,
            lon=place.lon,
            lat=place.lat,
            promised_at=course.due,
        )

    def _accepted(self, course: Course, _desk: str, at: datetime) -> None:
        course.case = triage.accept(self._case(course), by=self._company.dispatcher, at=at)

    def _given(self, course: Course, desk: str, at: datetime) -> None:
        by = self._company.dispatcher
        case = triage.judge(self._case(course), Judgement(), by=by, at=at)
        course.case = dispatching.give(case, to=self._company.target(desk, case), reason=DESK, by=by, at=at)

    def _sent_back(self, course: Course, desk: str, at: datetime) -> None:
        by = self._company.handler(desk, self._case(course))
        course.case = handling.send_back(self._case(course), reason=WRONG_DESK, by=by, at=at)

    def _signed(self, course: Course, desk: str, at: datetime) -> None:
        course.case = handling.sign(self._case(course), by=self._company.handler(desk, self._case(course)), at=at)

    def _started(self, course: Course, desk: str, at: datetime) -> None:
        course.case = handling.start(self._case(course), by=self._company.handler(desk, self._case(course)), at=at)

    def _resolved(self, course: Course, desk: str, at: datetime) -> None:
        by = self._company.handler(desk, self._case(course))
        course.case = handling.resolve(self._case(course), done=DONE, by=by, at=at)

    def _reworked(self, course: Course, _desk: str, at: datetime) -> None:
        by = self._company.verifier
        course.case = closing.send_for_rework(self._case(course), reason=NOT_DONE, by=by, at=at)

    def _verified(self, course: Course, _desk: str, at: datetime) -> None:
        course.case = closing.verify(self._case(course), by=self._company.verifier, at=at)

    def _case(self, course: Course) -> Case:
        assert course.case is not None
        return course.case

    def _measure(self, at: datetime) -> None:
        waiting = self.seen.waiting
        self.seen.queues.append((at, waiting["dispatchers"], waiting["desks"], waiting["verifiers"]))
