"""A move as a page sends it: what was said, read once, and the verb it is for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli.access.actors import Actor
from linli.access.models import Bureau
from linli.cases import choosing, closing, dispatching, handling, merging, photos, pressing, queries, triage, voiding
from linli.cases.holding import Target
from linli.cases.intake import RaisedBy
from linli.cases.models import Case, Line, Urgency
from linli.cases.photos import Taken
from linli.cases.routing import NotCited
from linli.cases.stages import Move
from linli.cases.triage import Judgement
from linli.ground.refusals import Malformed, NotFound
from linli.ground.words import gettext_noop as _

WORDS = 500
LONGEST = 9  # digits of a number


class NotANumber(Malformed):
    """A number was asked for and something else was sent."""

    code, status = "case.not-a-number", 422
    words = _("A whole number is wanted here.")
    next_step = _("Correct it and send it again. Nothing was written.")


@dataclass(frozen=True)
class Said:
    """What a form says beside the move itself."""

    case: Case
    by: Actor
    at: datetime
    form: Any
    files: Sequence[Any] = field(default_factory=tuple)

    @property
    def reason(self) -> str:
        """The reason, in their own words."""
        return str(self.form.get("reason", "")).strip()[:WORDS]

    @property
    def target(self) -> Target:
        """Whom it names."""
        return choosing.read(self.form.get("target", ""))

    @property
    def bureau(self) -> Bureau:
        """The bureau it names."""
        found = self.target.bureau
        if found is None:
            raise choosing.NoTarget()
        return found

    @property
    def line(self) -> Line | None:
        """The line of the list that is cited."""
        key = self.form.get("line", "")
        lines = queries.citable(self.case, self.by, at=self.at) if key else []
        found = next((line for line in lines if str(line.pk) == key), None)
        if key and found is None:
            raise NotCited()
        return found

    @property
    def into(self) -> Case:
        """The case it is merged into."""
        return queries.case(str(self.form.get("into", "")).strip(), viewer=self.by)

    def number(self, name: str) -> int:
        """A whole number."""
        text = str(self.form.get(name, "")).strip()
        if not text.isascii() or not text.isdigit() or len(text) > LONGEST:
            raise NotANumber()
        return int(text)

    def taken(self) -> list[Taken]:
        """The photos that came with it, written afresh."""
        return [photos.take(file, at=self.at) for file in self.files]

    def judgement(self) -> Judgement:
        """What the case is found to be."""
        text = {name: str(self.form.get(name, "")).strip() for name in ("category", "urgency", "summary", "area")}
        if text["urgency"] not in ("", *Urgency.values):
            raise Malformed(what=_("How urgent"), why=_("it is none of those offered"))
        return Judgement(**text)

    @property
    def how(self) -> dict[str, Any]:
        """Who does it, and when."""
        return {"by": self.by, "at": self.at}


MADE: dict[Move, Callable[[Said], Case]] = {
    Move.ACCEPT: lambda said: triage.accept(said.case, **said.how),
    Move.DECLINE: lambda said: triage.decline(said.case, reason=said.reason, line=said.line, **said.how),
    Move.APPEAL: lambda said: triage.appeal(said.case, reason=said.reason, **said.how),
    Move.TRIAGE: lambda said: triage.judge(said.case, said.judgement(), reason=said.reason, **said.how),
    Move.ESCALATE: lambda said: triage.escalate(said.case, reason=said.reason, line=said.line, **said.how),
    Move.DISPATCH: lambda said: dispatching.give(said.case, to=said.target, reason=said.reason, **said.how),
    Move.ASSIGN: lambda said: dispatching.give(said.case, to=said.target, reason=said.reason, **said.how),
    Move.RECALL: lambda said: dispatching.recall(said.case, reason=said.reason, **said.how),
    Move.CO_HANDLE: lambda said: dispatching.add_helper(said.case, to=said.target, reason=said.reason, **said.how),
    Move.WHISTLE: lambda said: dispatching.whistle(said.case, said.bureau, reason=said.reason, **said.how),
    Move.RATE_ANSWER: lambda said: dispatching.rate_answer(
        said.case, said.bureau, stars=said.number("stars"), words=said.reason, **said.how
    ),
    Move.SIGN: lambda said: handling.sign(said.case, **said.how),
    Move.RETURN: lambda said: handling.send_back(said.case, reason=said.reason, line=said.line, **said.how),
    Move.TRANSFER: lambda said: handling.pass_on(said.case, to=said.target, reason=said.reason, **said.how),
    Move.START: lambda said: handling.start(said.case, **said.how),
    Move.NOTE: lambda said: handling.note(said.case, words=said.reason, photos=said.taken(), **said.how),
    Move.SUSPEND: lambda said: handling.suspend(said.case, reason=said.reason, **said.how),
    Move.RESUME: lambda said: handling.resume(said.case, **said.how),
    Move.ASK_EXTENSION: lambda said: handling.ask_extension(
        said.case, said.number("amount"), reason=said.reason, **said.how
    ),
    Move.GRANT_EXTENSION: lambda said: handling.grant_extension(said.case, reason=said.reason, **said.how),
    Move.REFUSE_EXTENSION: lambda said: handling.refuse_extension(said.case, reason=said.reason, **said.how),
    Move.RESOLVE: lambda said: handling.resolve(said.case, done=said.reason, photos=said.taken(), **said.how),
    Move.ANSWER: lambda said: handling.answer(said.case, words=said.reason, photos=said.taken(), **said.how),
    Move.VERIFY: lambda said: closing.verify(said.case, note=said.reason, photos=said.taken(), **said.how),
    Move.REWORK: lambda said: closing.send_for_rework(said.case, reason=said.reason, photos=said.taken(), **said.how),
    Move.CLOSE: lambda said: closing.close(said.case, **said.how),
    Move.CLOSE_UNSAMPLED: lambda said: closing.close_unsampled(said.case, **said.how),
    Move.FORCE: lambda said: closing.force(said.case, reason=said.reason, **said.how),
    Move.RATE: lambda said: closing.rate(said.case, stars=said.number("stars"), words=said.reason, **said.how),
    Move.REOPEN: lambda said: closing.reopen(said.case, reason=said.reason, **said.how),
    Move.ARCHIVE: lambda said: closing.archive(said.case, **said.how),
    Move.URGE: lambda said: pressing.urge(said.case, reason=said.reason, **said.how),
    Move.SUPERVISE: lambda said: pressing.supervise(said.case, reason=said.reason, **said.how),
    Move.MERGE: lambda said: merging.merge(said.case, into=said.into, reason=said.reason, **said.how),
    Move.PART: lambda said: merging.part(said.case, reason=said.reason, **said.how),
    Move.ASK_VOID: lambda said: voiding.ask(said.case, reason=said.reason, **said.how),
    Move.REFUSE_VOID: lambda said: voiding.refuse(said.case, reason=said.reason, **said.how),
    Move.VOID: lambda said: voiding.void(said.case, **said.how),
}


def make(move: Move, said: Said) -> Case:
    """The case took the step; refuses (404) a move that is not made on a case that stands: closing on the spot."""
    if move not in MADE:
        raise NotFound(what=move)
    return MADE[move](said)


def raiser(form: Any) -> RaisedBy | None:
    """Who raised it, where anything is said of them."""
    name, phone = (str(form.get(each, "")).strip() for each in ("raiser_name", "raiser_phone"))
    return (
        RaisedBy(name=name[:60], phone=phone[:30], wants_call=form.get("wants_call") == "yes")
        if name or phone
        else None
    )
