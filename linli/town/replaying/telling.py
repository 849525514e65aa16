"""What a replay showed: shares with what they are shares of, queues over time, deadlines missed and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from .matters import Reading
from .simulating import Course, Seen

SPOTS = 12  # how many moments of the queues are told


@dataclass(frozen=True)
class Late:
    """How many of a desk's matters were resolved later than they were due."""

    desk: str
    ended: int
    late: int


@dataclass(frozen=True)
class Queues:
    """How many matters waited where at a moment."""

    at: datetime
    dispatchers: int
    desks: int
    verifiers: int


@dataclass(frozen=True)
class Findings:
    """What came of a replay.

    A matter is on time when its last resolve before it was verified is not after its due time. `alike` is how many had
    a look-alike before them: near, of the same type, within two weeks.
    """

    rows: int
    untimed: int
    dropped: int
    raised: int
    moves: int
    ended: int
    on_time: int
    city_timed: int
    city_on_time: int
    why_late: dict[str, int]
    longest: Queues
    queues: tuple[Queues, ...]
    desks: tuple[Late, ...]
    alike: int

    @property
    def told(self) -> dict[str, Any]:
        """The same for machines."""
        return asdict(self)


def findings(reading: Reading, seen: Seen) -> Findings:
    """What a replay showed."""
    late = [course for course in seen.ended if is_late(course)]
    timed = [course for course in seen.ended if course.matter.was_late is not None]
    queues = [Queues(*each) for each in seen.queues]
    return Findings(
        rows=reading.rows,
        untimed=reading.untimed,
        dropped=reading.dropped,
        raised=seen.raised,
        moves=seen.moves,
        ended=len(seen.ended),
        on_time=len(seen.ended) - len(late),
        city_timed=len(timed),
        city_on_time=sum(not course.matter.was_late for course in timed),
        why_late=dict(Counter(why_late(course) for course in late).most_common()),
        longest=max(queues, key=lambda each: each.dispatchers + each.desks + each.verifiers),
        queues=_thinned(queues),
        desks=_desks(seen.ended, late),
        alike=seen.alike,
    )


def is_late(course: Course) -> bool:
    """Whether the last resolve came after the due time."""
    assert course.since is not None
    return course.since > course.due


def why_late(course: Course) -> str:
    """What cost a late matter most of its time; `promise` where less was promised than the work itself took.

    The words are those of Course.waits: dispatchers, desk, work, rework.
    """
    allowed = (course.due - course.matter.opened).total_seconds()
    if course.waits["work"] > allowed:
        return "promise"
    return course.waits.most_common(1)[0][0]


def _thinned(queues: Sequence[Queues]) -> tuple[Queues, ...]:
    step = max(len(queues) // SPOTS, 1)
    return tuple(queues[::step])


def _desks(ended: Sequence[Course], late: Sequence[Course]) -> tuple[Late, ...]:
    """The desks with the most matters."""
    missed = Counter(course.matter.desk for course in late)
    return tuple(Late(desk, n, missed[desk]) for desk, n in Counter(c.matter.desk for c in ended).most_common(10))
