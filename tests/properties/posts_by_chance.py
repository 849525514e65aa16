"""People and posts by chance in a few areas, and a few weeks of their life."""

from datetime import timedelta

from django.db import transaction

from linli.access import appointing, inviting, standing_in
from linli.access.appointing import Appointment
from linli.access.models import Post, Watch
from linli.access.reach import Reach
from linli.access.roles import ROLES
from linli.ground.hands import Program
from linli.ground.refusals import Refusal
from linli.journal import writing

AREAS = ["50", "500198", "500199", "500199001", "500199009", "500199001001", "500199001002", "500199009001"]
AREAS += ["500198001", "500198001001", "500199001001001", "500199001001002"]
PLACES = ["", *AREAS]


def appoint(chance, people, program, at) -> None:
    """A post of any reach, of any time."""
    since = at.date() + timedelta(days=chance.randint(-60, 10))
    area, *also = chance.sample(PLACES, chance.choice([1, 1, 1, 2, 3]))
    asked = Appointment(
        role=chance.choice(list(ROLES)),
        area=area,
        also=tuple(code for code in also if code and area),
        reach=chance.choice([reach for reach in Reach if reach is not Reach.CHOSEN]),
        since=since,
        until=chance.choice([None, None, since + timedelta(days=chance.randint(1, 70))]),
    )
    if chance.random() < 0.1:
        inviting.invite("invited", asked, by=program, at=at)
    else:
        appointing.give(chance.choice(people), asked, by=program, at=at)


def live(chance, people, program, at) -> None:
    """Leaves with substitutes, watches, and what people did here and there."""
    for post in Post.objects.held_on(at.date()):
        away = {"since": at.date(), "until": at.date() + timedelta(days=chance.randint(1, 9))}
        if chance.random() < 0.4:
            try:
                standing_in.take_leave(post, stand_in=chance.choice(people), **away, by=program, at=at)
            except Refusal:
                continue
        if chance.random() < 0.5:
            ends = {"begins_at": at, "ends_at": at + timedelta(hours=1)}
            Watch.objects.create(area_code=post.area_code, post=post, **ends)
    with transaction.atomic():
        for number in range(60):
            by = Program(chance.choice(people).ref)
            verb = chance.choice(["area.drawn", "permission.refused", "second-factor.reset"])
            writing.write(verb, thing=f"T-{number}", by=by, at=at, area=chance.choice(PLACES))
