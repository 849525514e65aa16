"""Who works in the made-up town: those who hold posts there, and others of made-up names where nobody does."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from random import Random

from django.db import transaction
from django.utils.timezone import localdate

from linli.access import actors, appointing, bureaus, opening
from linli.access.actors import Actor
from linli.access.appointing import Appointment
from linli.access.models import Account, Bureau, Post
from linli.areas import codes
from linli.areas.codes import Level
from linli.cases import holding
from linli.cases.holding import Target
from linli.cases.models import Case
from linli.ground.hands import Program
from linli.town.peopling.names import Names

from . import inventing

BY = Program("demo")
TEAM, POST, BUREAU = "team", "post", "bureau"
THIRTY = 1990  # people born then have names of their years


class Townsfolk:
    """The players of a town that stands; whoever is missing is given a post when first needed."""

    kinds: Mapping[str, str]

    def __init__(self, seed: int, township: str, since: datetime) -> None:
        self._names, self._rng = Names(Random(f"{seed}:staff")), Random(f"{seed}:men")  # noqa: S311 - made up
        self._township, self._since = township, since
        self._known: dict[str, Actor] = {}
        self.kinds = {code: code for code in inventing.kinds()}
        self.clerk = self._titled("接话员", role="dispatcher")
        self.verifier = self._titled("核查员", role="dispatcher")
        self.dispatcher = self._holding("dispatcher", role="dispatcher", area_code=township) or self.verifier

    @property
    def desks(self) -> list[str]:
        """The desks the matters know."""
        return sorted({kind.desk for kind in inventing.kinds().values()})

    def target(self, desk: str, case: Case) -> Target:
        """The team of the grid or community, the post of that title, the bureau of that name."""
        kind, _space, name = desk.partition(" ")
        if kind == POST:
            return Target(post=Post.objects.get(ref=self._titled(name).post))
        if kind == BUREAU:
            return Target(bureau=self._bureau(name))
        grid = case.line is not None and case.line.level == Level.GRID
        return Target(area=codes.cut(case.area_code, Level.GRID if grid else Level.COMMUNITY))

    def handler(self, desk: str, case: Case) -> Actor:
        """Who acts for whoever the case was given to."""
        target = self.target(desk, case)
        if target.post:
            return self._titled(desk.partition(" ")[2])
        return self._of_bureau(target.bureau) if target.bureau else self.of_team(target.area)

    def of_team(self, area: str) -> Actor:
        """Someone of the team of a grid or a community."""
        role = "grid-worker" if codes.level_of(area) is Level.GRID else "community-clerk"
        known = self._holding(area, area_code=area, role__in=holding.HANDLING, bureau=None)
        return known or self._one(area, role, area)

    def _titled(self, title: str, role: str = "post-holder") -> Actor:
        """Who holds the post of that title in the township."""
        board = {"board": "livelihood", "holder": "B"} if role == "post-holder" else {}
        known = self._holding(title, area_code=self._township, title=title)
        return known or self._one(title, role, self._township, title=title, **board)

    def _bureau(self, name: str) -> Bureau:
        """The bureau of the district of that name; added, where it has none."""
        district = codes.cut(self._township, Level.DISTRICT)
        known = Bureau.objects.filter(area_code=district, name=name, until=None).first()
        return known or bureaus.add(name, area=district, source="invented", by=BY, at=self._since)

    def _of_bureau(self, bureau: Bureau) -> Actor:
        known = self._holding(bureau.code, bureau=bureau)
        return known or self._one(bureau.code, "bureau-handler", bureau.area_code, bureau=bureau)

    def _holding(self, name: str, **who: object) -> Actor | None:
        """Who of those posts holds one now, the first who came."""
        if name not in self._known:
            held = Post.objects.held_on(localdate(self._since)).filter(account__isnull=False, **who)
            post = held.order_by("id").first()
            if post is None:
                return None
            assert post.account is not None
            self._known[name] = actors.acting_as(post.account, post)
        return self._known[name]

    @transaction.atomic
    def _one(self, name: str, role: str, area: str, **more: object) -> Actor:
        """Someone new of a made-up name, whose password nobody has."""
        sign_in = f"town-{len(self._known) + 1}-{secrets.token_hex(3)}"
        sex = self._rng.choice("12")
        called = self._names.surname() + self._names.given(sex, THIRTY)
        password = secrets.token_urlsafe(24)
        account: Account = opening.open_account(
            sign_in_name=sign_in, name=called, password=password, by=BY, at=self._since
        )
        asked = Appointment(role=role, area=area, since=localdate(self._since), **more)  # type: ignore[arg-type]
        self._known[name] = actors.acting_as(account, appointing.give(account, asked, by=BY, at=self._since))
        return self._known[name]
