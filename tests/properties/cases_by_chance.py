"""Cases by chance in a random town, at any stage and in any hand; and the questions of cases beside their twins."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from linli.access.models import Bureau, Post
from linli.areas import codes
from linli.cases import queries, stages
from linli.cases.models import Assignment, Case, Part, Photo, Raiser, Rating, Step, Subscription
from linli.cases.stages import Stage
from linli.ground.permissions import Permission
from tests.properties.registers_by_chance import found, may, told

READ, HANDLE, RAISE = Permission.CASE_READ, Permission.CASE_HANDLE, Permission.CASE_RAISE
Lies = Callable[..., bool]
WRITES_ONLY = ("grid-member", "section-head", "resident", "enterprise-contact")  # these see what they wrote themselves


def lay(chance, areas, people, at) -> None:
    """Two cases in every township and below it, with all that hangs on them; two bureaus, each with someone in it."""
    bureaus = [
        Bureau.objects.create(code=f"b{area}", name=f"b{area}", area_code=area, since=at.date())
        for area in ("500198", "500199")
    ]
    for post in Post.objects.filter(role="bureau-handler", stands_in_for=None):
        post.bureau = chance.choice(bureaus)
        post.save()
    posts = list(Post.objects.select_related("account"))
    narrow = [post.account.ref for post in posts if post.account and post.role in WRITES_ONLY]
    every_stage = chance.sample([*Stage, *[Stage.CLOSED] * 4], len(Stage) + 4)
    places = [code for code in areas if len(code) >= 9] * 4
    for number, area in enumerate(places):
        stage = every_stage[number % len(every_stage)]
        hang(
            chance,
            case(chance, area, stage, [*narrow, *(each.ref for each in people)], at),
            posts,
            bureaus,
            areas,
            people,
            at,
        )


def case(chance, area, stage, writers, at) -> Case:
    """One case; one that was merged went into the first that was not."""
    into = Case.objects.exclude(stage=Stage.MERGED).order_by("id").first() if stage is Stage.MERGED else None
    return Case.objects.create(
        area_code=area,
        summary="x",
        source="patrol",
        urgency="general",
        level=chance.randint(3, 6),
        stage=stage if into or stage is not Stage.MERGED else Stage.REPORTED,
        merged_into=into,
        stage_since=at,
        raised_at=at,
        raised_by=chance.choice(writers),
        act_by=at + timedelta(hours=chance.choice([-5, 5])),
        closed_at=at - timedelta(days=chance.choice([1, 40])) if stage is Stage.CLOSED else None,
        steps_made=1,
    )


def hang(chance, made, posts, bureaus, areas, people, at) -> None:
    """A step with a photo and a rating, who raised it and who hears of it, whose it is and was."""
    by, move = chance.choice(people).ref, chance.choice(["raise", "sign"])
    step = Step.objects.create(case=made, number=1, move=move, stage=made.stage, at=at, by=by)
    Photo.objects.create(case=made, step=step, file="x", digest="x", width=1, height=1, at=at, by="x")
    Rating.objects.create(case=made, step=step, stars=3, at=at, by="x")
    Raiser.objects.create(case=made, kind="resident", wants_call=chance.random() < 0.7)
    Subscription.objects.create(case=made, account=chance.choice(people).ref, since=at)
    for part, ended in ((Part.LEAD, None), (Part.LEAD, at), (Part.CO_HANDLER, None), (Part.WHISTLE, at)):
        whose = chance.choice([{"post": chance.choice(posts)}, {"bureau": chance.choice(bureaus)}, {}])
        whose = whose or {"area_code": chance.choice(areas)}
        Assignment.objects.create(case=made, part=part, given_at=at, given_by="x", ended_at=ended, **whose)


# -- the slow, obvious twin ---------------------------------------------------------------------------


def places_of(post: Any) -> list[str]:
    """Where a post stands: at further areas only where they were chosen."""
    return [post.area_code, *(row.area_code for row in post.further.all() if post.reach == "chosen")]


def has_part(post: Any, held: Assignment) -> bool:
    """Whether an assignment is a post's: its own or that of the one it stands in for, their bureau's, their team's."""
    own = [each for each in (post, post.stands_in_for) if each is not None]
    if held.post_id:
        return held.post_id in {each.pk for each in own}
    if held.bureau_id:
        return held.bureau_id in {each.bureau_id for each in own}
    return may(post, HANDLE) and held.area_code in places_of(post)


def sees(post: Any, me: Any, row: Case, lies: Lies) -> bool:
    """Whoever reads cases sees those of their reach; who only handles or raises, what they have a part in or wrote."""
    wrote = me is not None and row.raised_by == me.ref
    if may(post, READ):
        return lies(post, row.area_code, own=wrote)
    mine = wrote and lies(post, row.area_code, own=True)
    if may(post, HANDLE):
        return mine or any(has_part(post, held) for held in row.assignments.all())
    return may(post, RAISE) and mine


def every() -> list[Case]:
    return list(Case.objects.prefetch_related("assignments", "steps", "raisers"))


def plainly(lies: Lies, which: Callable[..., bool] = lambda *_: True) -> Callable[..., set[Any]]:
    """Each case, one by one: of those that are seen, which fit."""
    rows = every()
    return lambda post, me: told(row for row in rows if sees(post, me, row, lies) and which(row, post, me))


def to_judge(row, post, _me) -> bool:
    levels = [codes.level_of(place) for place in places_of(post) if place]
    return row.stage in stages.TO_JUDGE and row.level >= min(levels, default=0)


def to_verify(row, _post, me) -> bool:
    own = any(step.by == me.ref and step.move == "sign" for step in row.steps.all())
    return row.stage in (Stage.RESOLVED, Stage.SELF_HANDLED) and not own


def to_call(at) -> Callable[..., bool]:
    def waits(row, _post, _me) -> bool:
        wanting = any(raiser.wants_call for raiser in row.raisers.all())
        return row.stage == Stage.CLOSED and row.closed_at > at - timedelta(days=30) and wanting

    return waits


def stuck(at) -> Callable[..., bool]:
    return lambda row, _post, _me: row.stage == Stage.RETURNED or (row.stage == Stage.DISPATCHED and row.act_by < at)


def in_hand(rows: list[Case]) -> Callable[..., set[Any]]:
    """Whatever is not over of what is in one's own hand, or in that of a bureau or team one is of."""
    open_ones = [row for row in rows if row.stage in stages.SENT_OUT | {Stage.SELF_HANDLED}]
    held = [(row, each) for row in open_ones for each in row.assignments.all() if each.ended_at is None]
    return lambda post, _me: told(row for row, each in held if post is not None and has_part(post, each))


def questions(lies: Lies) -> dict[str, tuple[Any, Any]]:
    """The questions of cases, each beside what plain Python answers; by the names of the functions that are asked."""
    still_open = lambda row, *_: row.stage in stages.OPEN  # noqa: E731
    wrote = lambda row, _post, me: row.raised_by == me.ref  # noqa: E731
    return {
        "cases.queries.cases": (
            lambda me, _town: told(queries.cases(me)),
            lambda _town: plainly(lies),
        ),
        "cases.queries.case": (
            lambda me, _town: found(lambda row: queries.case(row.ref, me), Case.objects.all()),
            lambda _town: plainly(lies),
        ),
        "cases.queries.photo": (
            lambda me, _town: {
                ("cases.Case", photo.case_id)
                for photo in Photo.objects.all()
                if found(lambda row: queries.photo(row.ref, me), [photo])
            },
            lambda _town: plainly(lies),
        ),
        "cases.queries.merged_with": (
            lambda me, _town: merged(me),
            lambda _town: plainly(lies, lambda row, *_: row.stage == Stage.MERGED),
        ),
        "cases.queries.queue": (
            lambda me, town: told(queries.queue(me, at=town.at)),
            lambda _town: plainly(lies, still_open),
        ),
        "cases.queries.to_judge": (
            lambda me, town: told(queries.to_judge(me, at=town.at)),
            lambda _town: plainly(lies, to_judge),
        ),
        "cases.queries.to_verify": (
            lambda me, town: told(queries.to_verify(me, at=town.at)),
            lambda _town: plainly(lies, to_verify),
        ),
        "cases.queries.to_call": (
            lambda me, town: told(queries.to_call(me, at=town.at)),
            lambda town: plainly(lies, to_call(town.at)),
        ),
        "cases.queries.stuck": (
            lambda me, town: told(queries.stuck(me, at=town.at)),
            lambda town: plainly(lies, stuck(town.at)),
        ),
        "cases.queries.raised": (
            lambda me, _town: told(queries.raised(me)),
            lambda _town: plainly(lies, wrote),
        ),
        "cases.queries.in_hand": (
            lambda me, _town: told(queries.in_hand(me)),
            lambda _town: in_hand(every()),
        ),
    }


def merged(me: Any) -> set[Any]:
    """What is shown beside the cases that others went into."""
    return told(row for kept in Case.objects.exclude(stage=Stage.MERGED) for row in queries.merged_with(kept, me))
