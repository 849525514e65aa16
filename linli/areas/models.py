"""Areas, their boundaries through time, the backgrounds under the map, and redrawings.

The row of an area keeps its id through every redrawing; what it was called before is copied to a row that has an
`until`.
"""

from django.db import models
from django.db.models import F, Q

from linli.ground import refs

from . import codes

BEGAN_FIRST = Q(since=None) | Q(until=None) | Q(since__lte=F("until"))


class AreaSet(models.QuerySet["Area"]):
    """Questions that may be narrowed further."""

    def standing(self) -> "AreaSet":
        """Those that are in force now."""
        return self.filter(until=None)

    def within(self, code: str) -> "AreaSet":
        """At or below a code."""
        return self.filter(**codes.inside(code, field="code"))


class Area(models.Model):
    """An area under the code it bears (or bore until `until`). Its code is its place in the tree."""

    code = models.CharField(max_length=17)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=200, blank=True)
    initials = models.CharField(max_length=60, blank=True)
    local = models.BooleanField(default=False)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.CharField(max_length=120, blank=True)

    objects = AreaSet.as_manager()

    class Privacy:
        open = {
            "id",
            "code",
            "level",
            "name",
            "pinyin",
            "initials",
            "local",
            "lon",
            "lat",
            "since",
            "until",
            "source",
        }

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(until=None), name="area_code_standing"),
            models.CheckConstraint(condition=BEGAN_FIRST, name="area_began_first"),
        ]
        indexes = [
            models.Index(fields=["code"], name="area_code"),
            models.Index(fields=["level", "code"], name="area_level_code"),
            models.Index(fields=["pinyin"], name="area_pinyin"),
            models.Index(fields=["initials"], name="area_initials"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class Boundary(models.Model):
    """Where an area lies: its polygon as GeoJSON (WGS-84), and the box around it. One stands at a time."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="boundaries")
    geometry = models.TextField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.CharField(max_length=120, blank=True)

    class Privacy:
        open = {"id", "area", "geometry", "west", "south", "east", "north", "since", "until", "source"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area"], condition=Q(until=None), name="boundary_standing"),
            models.CheckConstraint(condition=BEGAN_FIRST, name="boundary_began_first"),
        ]


def new_background_ref() -> str:
    """A fresh reference for a background."""
    return refs.new("B")


def new_redrawing_ref() -> str:
    """A fresh reference for a redrawing."""
    return refs.new("D")


class Background(models.Model):
    """What lies under the map of an area: a drawn plan, an extract, tiles, or a scan pinned by three points.

    `file` is a path below the media folder. Vector kinds are kept as tiles in one PMTiles file; a scan is an
    image with the four corners it is stretched to.
    """

    ref = models.CharField(max_length=12, unique=True, default=new_background_ref)
    area_code = models.CharField(max_length=17, blank=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    file = models.CharField(max_length=200)
    pins = models.TextField(blank=True)
    corners = models.TextField(blank=True)
    attribution = models.CharField(max_length=200, blank=True)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    min_zoom = models.PositiveSmallIntegerField(default=8)
    max_zoom = models.PositiveSmallIntegerField(default=15)
    laid_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "ref", "area_code", "name", "kind", "file", "pins", "corners", "attribution"} | {
            "west",
            "south",
            "east",
            "north",
            "min_zoom",
            "max_zoom",
            "laid_at",
            "lifted_at",
        }

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="background_area")]

    def __str__(self) -> str:
        return self.ref


class Edition(models.Model):
    """Which edition of the areas stands: one row, whose token every verb about areas makes anew.

    Caches hold what they made beside the token they made it from. Renewing it also locks it, so that two
    verbs never change areas at the same time.
    """

    token = models.CharField(max_length=16)

    class Privacy:
        open = {"id", "token"}


class Redrawing(models.Model):
    """One redrawing of divisions, as it was asked for; done, and perhaps undone.

    `before` holds the rows of areas and boundaries as they were, and which ones were made: its inverse.
    """

    ref = models.CharField(max_length=12, unique=True, default=new_redrawing_ref)
    area_code = models.CharField(max_length=17, blank=True)
    changes = models.TextField()
    before = models.TextField(default="{}")
    effective_on = models.DateField()
    done_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "ref", "area_code", "changes", "before", "effective_on", "done_at", "undone_at"}

    def __str__(self) -> str:
        return self.ref


class Succession(models.Model):
    """What became of a code in a redrawing; an area that was split has several successors, a retired one none."""

    redrawing = models.ForeignKey(Redrawing, on_delete=models.PROTECT, related_name="successions")
    old_code = models.CharField(max_length=17)
    new_code = models.CharField(max_length=17, blank=True)

    class Privacy:
        open = {"id", "redrawing", "old_code", "new_code"}

    class Meta:
        indexes = [
            models.Index(fields=["old_code"], name="succession_old"),
            models.Index(fields=["new_code"], name="succession_new"),
        ]


class Restamp(models.Model):
    """Rows of one table that a redrawing took from one code to another: what its inverse needs.

    `ids` are the primary keys, delta-coded and compressed; empty where the whole range moved and the
    way back is the same rule read backwards.
    """

    redrawing = models.ForeignKey(Redrawing, on_delete=models.PROTECT, related_name="restamps")
    table = models.CharField(max_length=80)
    old_code = models.CharField(max_length=17)
    new_code = models.CharField(max_length=17)
    rows = models.PositiveBigIntegerField()
    ids = models.BinaryField()

    class Privacy:
        open = {"id", "redrawing", "table", "old_code", "new_code", "rows", "ids"}
