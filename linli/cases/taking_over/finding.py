"""What a sheet calls by name is found: areas within the file's, event types, whoever handles a matter."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from linli.access.models import Bureau, Post
from linli.areas import codes
from linli.areas.models import Area
from linli.bulk.sheets.cells import Complaint
from linli.cases import holding
from linli.cases.holding import Target
from linli.cases.models import Category
from linli.ground.words import gettext_noop as _

NO_AREA = _("“%(what)s” is no area within %(area)s; write its code")
NO_CATEGORY = _("“%(what)s” is no event type; write its code or leave it empty")
NO_HANDLER = _("“%(what)s” is no bureau, post, person or team here; write the reference of a post or leave it empty")
SEVERAL = _("“%(what)s” may be several; write the code or reference")


@dataclass
class Names:
    """Everything the file may name, by the names it bears."""

    area: str
    areas: dict[str, set[str]] = field(default_factory=dict)
    categories: dict[str, set[str]] = field(default_factory=dict)
    handlers: dict[str, dict[str, Target]] = field(default_factory=dict)

    def area_of(self, said: str) -> str | Complaint:
        """The code of an area within the file's; the file's own where nothing is said."""
        return _one(self.areas, said, NO_AREA, area=self.area) if said else self.area

    def category_of(self, said: str) -> str | Complaint:
        """The code of an event type; empty where nothing is said."""
        return _one(self.categories, said, NO_CATEGORY) if said else ""

    def handler_of(self, said: str, area: str) -> Target | Complaint | None:
        """Whoever bears this name; of several, the one whose area holds the matter's most closely."""
        if not said:
            return None
        found = [each for each in self.handlers.get(said, {}).values() if _reaches(each, area)]
        if not found:
            return Complaint(NO_HANDLER, {"what": said[:30]})
        closest = max(each.level for each in found)
        found = [each for each in found if each.level == closest]
        return found[0] if len(found) == 1 else Complaint(SEVERAL, {"what": said[:30]})


def _one(names: dict[str, set[str]], said: str, words: str, **facts: str) -> str | Complaint:
    found = names.get(said, set())
    if len(found) == 1:
        return next(iter(found))
    return Complaint(SEVERAL if found else words, {"what": said[:30], **facts})


def _reaches(target: Target, area: str) -> bool:
    if target.post:
        return any(codes.contains(place, area) for place in target.post.places)
    place = target.bureau.area_code if target.bureau else target.area
    return codes.contains(place, area)


def names(area: str, *, today: date) -> Names:
    """The names that hold for a file of an area on a day: few enough to be kept, however long the file is."""
    found = Names(area)
    for code, name in Area.objects.standing().within(area).values_list("code", "name"):
        for each in (code, name):
            found.areas.setdefault(each, set()).add(code)
        _call(found, Target(area=code), code, name)
    for category in Category.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today):
        for each in (category.code, category.name):
            found.categories.setdefault(each, set()).add(category.code)
    for bureau in Bureau.objects.filter(until=None, area_code__in=[*codes.ancestors(area), area]):
        _call(found, Target(bureau=bureau), bureau.code, bureau.name)
    for post in _posts(area, today):
        assert post.account is not None
        _call(found, Target(post=post), post.ref, post.title, post.account.name, post.account.sign_in_name)
    return found


def _posts(area: str, today: date) -> Iterator[Post]:
    """Posts that handle cases somewhere in the area; whoever handles for a bureau is found by the bureau."""
    posts = Post.objects.held_on(today).filter(role__in=holding.HANDLING, bureau=None).select_related("account")
    for post in posts:
        if any(codes.contains(place, area) or codes.contains(area, place) for place in post.places):
            yield post


def _call(found: Names, target: Target, *called: str) -> None:
    for name in called:
        if name:
            found.handlers.setdefault(name, {})[target.key] = target
