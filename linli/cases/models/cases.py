"""A case and its steps. What desks sort and figures count lies on the case; who did what and why, in its steps."""

from typing import Any

from django.db import models
from django.db.models import Q

from linli.areas import codes
from linli.cases import stages
from linli.cases.stages import Stage
from linli.ground import refs
from linli.journal.models import Above
from linli.registers.sealed import SealedField

from .lists import Line

AREA = 17


def new_case_ref() -> str:
    """A fresh reference for a case."""
    return refs.new("C")


class Source(models.TextChoices):
    """Where a case came from: a short word that is stored."""

    PATROL = "patrol"
    PHONE = "phone"
    HOTLINE = "hotline"  # 12345
    WALK_IN = "walk-in"
    RESIDENT = "resident"  # the residents' own door
    ENTERPRISE = "enterprise"
    ABOVE = "above"  # assigned from the city or the district
    SENSOR = "sensor"
    SYSTEM = "system"  # a neighbouring professional system
    ROOM = "room"  # another room of Linli


class Urgency(models.TextChoices):
    """How urgent a case is: each with a term of its own."""

    GENERAL = "general"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class StandsOpen(models.Func):
    """Whether a stage is one of those not ended, in the very words of the indexes of open cases.

    SQLite reads an index of some rows only where the question says which in the same words, without values put in.
    """

    template = f"%(expressions)s IN ({', '.join(repr(str(stage)) for stage in sorted(stages.OPEN))})"
    output_field = models.BooleanField()


class CaseSet(models.QuerySet[Any]):
    """Questions that may be narrowed further."""

    def open(self) -> "CaseSet":
        """Those that have not ended."""
        return self.filter(StandsOpen("stage"))

    def within(self, code: str) -> "CaseSet":
        """Those at or below an area."""
        return self.filter(**codes.inside(code))


IS_OPEN = Q(stage__in=sorted(stages.OPEN))


class Case(models.Model):
    """A case (事件) and where it stands. Written by `lifecycle.move` and `intake` alone.

    `turn` counts the moves that changed its stage, `steps_made` every move. `due_at` is by when it must be resolved,
    `promised_at` what was promised of it elsewhere, `late_at` the first due time that was missed, for ever. `act_by` is
    by when whoever has it now must act, `look_at` the next moment at which someone is told of that; `told` is how far
    they were told of this stage, `told_late` of the due time. The fields of its clock are those of
    `clocks.running.Clock`. `level` is the level that judges it now.
    """

    ref = models.CharField(max_length=12, unique=True, default=new_case_ref)
    area_code = models.CharField(max_length=AREA)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    place = models.CharField(max_length=160, blank=True)
    summary = models.CharField(max_length=120)
    details = SealedField()
    source = models.CharField(max_length=12)
    source_ref = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=20, blank=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="+")
    board = models.CharField(max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(default=codes.Level.TOWNSHIP)
    urgency = models.CharField(max_length=10, default=Urgency.GENERAL)

    stage = models.CharField(max_length=16, default=Stage.REPORTED)
    stage_before = models.CharField(max_length=16, blank=True)
    turn = models.PositiveIntegerField(default=0)
    steps_made = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    raised_by = models.CharField(max_length=12, blank=True)

    raised_at = models.DateTimeField()
    happened_at = models.DateTimeField(null=True)
    stage_since = models.DateTimeField()
    first_answer_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    act_by = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_why = models.CharField(max_length=16, blank=True)
    promised_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    clock_unit = models.CharField(max_length=16, blank=True)
    clock_since = models.DateTimeField(null=True)
    clock_left = models.BigIntegerField(default=0)
    clock_used = models.BigIntegerField(default=0)
    clock_rested = models.BigIntegerField(default=0)
    clock_cap_unit = models.CharField(max_length=16, blank=True)
    clock_edition = models.CharField(max_length=64, blank=True)
    stands_since = models.DateTimeField(null=True)
    stands_until = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    told_late = models.PositiveSmallIntegerField(default=0)
    extension_asked = models.PositiveSmallIntegerField(default=0)
    extension_asked_at = models.DateTimeField(null=True)
    extension_by = models.CharField(max_length=12, blank=True)
    void_asked_by = models.CharField(max_length=12, blank=True)
    supervised_at = models.DateTimeField(null=True)

    on_the_spot = models.BooleanField(default=False)
    sampled = models.BooleanField(default=False)
    forced = models.BooleanField(default=False)
    extended = models.PositiveSmallIntegerField(default=0)
    suspended = models.PositiveSmallIntegerField(default=0)
    returned = models.PositiveSmallIntegerField(default=0)
    reworked = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    appealed = models.PositiveSmallIntegerField(default=0)
    urged = models.PositiveSmallIntegerField(default=0)

    objects = CaseSet.as_manager()

    class Privacy:
        open = (
            {"id", "ref", "area_code", "lon", "lat", "source", "source_ref", "category", "line", "board", "level"}
            | {"urgency", "stage", "stage_before", "turn", "steps_made", "merged_into", "raised_by"}
            | {"raised_at", "happened_at", "stage_since", "first_answer_at", "dispatched_at", "signed_at"}
            | {"accepted_at", "resolved_at", "verified_at", "closed_at", "act_by", "due_at", "due_why"}
            | {"clock_unit", "clock_since", "clock_left", "clock_used", "clock_rested", "clock_cap_unit"}
            | {"clock_edition", "stands_since", "stands_until", "look_at", "told", "told_late"}
            | {"promised_at", "late_at"}
            | {"extension_asked", "extension_asked_at", "extension_by", "void_asked_by", "supervised_at"}
            | {"on_the_spot", "sampled", "forced", "extended", "suspended", "returned", "reworked", "reopened"}
            | {"appealed", "urged"}
        )
        personal = {"place", "summary", "details"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_ref"], condition=~Q(source_ref=""), name="case_source"),
            models.CheckConstraint(
                condition=Q(stage=Stage.MERGED, merged_into__isnull=False)
                | (~Q(stage=Stage.MERGED) & Q(merged_into=None)),
                name="case_merged_whole",
            ),
            models.CheckConstraint(
                condition=Q(stands_since=None, stands_until=None)
                | Q(stands_since__isnull=False, stands_until__isnull=False),
                name="case_stands_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "raised_at"], name="case_area"),
            models.Index(fields=["stage", "act_by", "id"], name="case_queue", condition=IS_OPEN),
            models.Index(Above("area_code", digits=9), "stage", "act_by", "id", name="case_town", condition=IS_OPEN),
            models.Index(Above("area_code", digits=12), "stage", "act_by", "id", name="case_commune",
                         condition=IS_OPEN),
            models.Index(fields=["look_at"], name="case_look", condition=Q(look_at__isnull=False)),
            models.Index(fields=["category", "raised_at"], name="case_category"),
            models.Index(fields=["raised_by", "raised_at"], name="case_raised_by"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.ref

    @property
    def stage_label(self) -> str:
        """The name of its stage, as an English msgid."""
        return Stage(self.stage).label


class Step(models.Model):
    """One move of a case: who, as what, when, from where to where, why; `number` counts from one without a gap.

    `said` holds codes, references and counts; `reason` is in people's own words, and so lies sealed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=16)
    came_from = models.CharField(max_length=16, blank=True)
    stage = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.CharField(max_length=40)
    post = models.CharField(max_length=40, blank=True)
    reason = SealedField()
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="+")
    said = models.JSONField(default=dict)

    class Privacy:
        open = {"id", "case", "number", "move", "came_from", "stage", "at", "by", "post", "line", "said"}
        personal = {"reason"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="step_once")]

    def __str__(self) -> str:
        return f"{self.case_id}.{self.number} {self.move}"
