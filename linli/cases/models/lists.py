"""The published list (分级分类库): which event type belongs to which level, who handles it, by when. Dated."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from linli.areas import codes


class Category(models.Model):
    """An event type (事件类型), in a tree of three levels under the four boards; its code is its place in the tree."""

    code = models.CharField(max_length=20, unique=True)
    parent = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=60)
    english = models.CharField(max_length=80, blank=True)
    board = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        open = {"id", "code", "parent", "name", "english", "board", "since", "until"}

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["parent", "code"], name="category_parent")]

    def __str__(self) -> str:
        return self.name


class LineSet(models.QuerySet["Line"]):
    """Questions that may be narrowed further."""

    def in_force(self, today: date) -> "LineSet":
        """Those in force on a day: `since` is the first day, `until` the first day no longer."""
        return self.filter(Q(until=None) | Q(until__gt=today), since__lte=today)

    def over(self, code: str) -> "LineSet":
        """Those published for an area or one above it; "" is published for everywhere."""
        return self.filter(area_code__in=["", *codes.ancestors(code), code])


class Line(models.Model):
    """One line of the list for an event type, where it is published: an area and all below it, "" for everywhere.

    `level` is the level it belongs to; a term is an amount and a unit (`5 working-days`), empty where none is said.
    """

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="lines")
    area_code = models.CharField(max_length=17, blank=True)
    level = models.PositiveSmallIntegerField()
    lead = models.CharField(max_length=60)
    supporting = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    closing = models.CharField(max_length=300, blank=True)
    photo = models.BooleanField(default=False)
    term_general = models.CharField(max_length=24, blank=True)
    term_urgent = models.CharField(max_length=24, blank=True)
    term_emergency = models.CharField(max_length=24, blank=True)
    source = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=20, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    objects = LineSet.as_manager()

    class Privacy:
        open = {"id", "category", "area_code", "level", "lead", "supporting", "basis", "closing", "photo"} | {
            "term_general",
            "term_urgent",
            "term_emergency",
            "source",
            "status",
            "since",
            "until",
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "area_code"], condition=Q(until=None), name="line_standing"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="line_ends_later"),
        ]
        indexes = [models.Index(fields=["area_code", "category"], name="line_area")]

    def __str__(self) -> str:
        return f"{self.category_id} {self.area_code or '*'}"

    def term(self, urgency: str) -> str:
        """How long it may take, by urgency; a more urgent case has no longer than a less urgent one."""
        by_urgency = {"general": "", "urgent": self.term_urgent, "emergency": self.term_emergency or self.term_urgent}
        return by_urgency[urgency] or self.term_general
