"""Rows that came together: files that were imported, staged and remembered; and the extra items they may hold."""

from django.db import models

from linli.ground import refs
from linli.registers.sealed import SealedField

AREA = 17


def new_batch_ref() -> str:
    """A fresh reference for a batch."""
    return refs.new("L")


class Batch(models.Model):
    """Rows that came together: a file that was imported, or the acts of a day at a desk."""

    ref = models.CharField(max_length=12, unique=True, default=new_batch_ref)
    register = models.CharField(max_length=10)
    area_code = models.CharField(max_length=AREA)
    office = models.CharField(max_length=12, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)
    layout = models.JSONField(default=dict)
    complete = models.BooleanField(default=False)
    stage = models.CharField(max_length=10)
    counts = models.JSONField(default=dict)
    reached = models.PositiveIntegerField(default=0)
    true_on = models.DateField()
    at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "ref", "register", "area_code", "office", "file_digest", "layout", "complete", "stage"} | {
            "counts",
            "reached",
            "true_on",
            "at",
            "written_at",
            "undone_at",
        }
        personal = {"file_name"}

    class Meta:
        indexes = [models.Index(fields=["area_code", "-at"], name="batch_area")]

    def __str__(self) -> str:
        return self.ref


class StagedRow(models.Model):
    """A row of a file as it was read, sealed, with what would become of it, and how its record was
    before: kept as long as the import may be undone."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    area_code = models.CharField(max_length=AREA)
    verdict = models.CharField(max_length=10)
    thing = models.CharField(max_length=12, blank=True)
    cells = SealedField()
    why = SealedField()

    class Privacy:
        open = {"id", "batch", "number", "area_code", "verdict", "thing"}
        secret = {"cells", "why"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="staged_row_once")]
        indexes = [models.Index(fields=["batch", "verdict", "number"], name="staged_verdict")]


class Layout(models.Model):
    """Which column of an office's files means which fact, remembered from the last time."""

    register = models.CharField(max_length=10)
    area_code = models.CharField(max_length=AREA)
    headings_digest = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Privacy:
        open = {"id", "register", "area_code", "headings_digest", "columns", "at"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "area_code", "headings_digest"], name="layout_once")]


class Item(models.Model):
    """An extra item (数据项) a township keeps besides: a fact like any other, kept in the record's `extras`."""

    register = models.CharField(max_length=10)
    slug = models.SlugField(max_length=40)
    area_code = models.CharField(max_length=AREA, blank=True)
    label = models.CharField(max_length=60)
    label_english = models.CharField(max_length=60, blank=True)
    headings = models.JSONField(default=list)
    type = models.CharField(max_length=10)
    choices = models.JSONField(default=list)
    unit = models.CharField(max_length=20, blank=True)
    privacy = models.CharField(max_length=10)
    basis = models.CharField(max_length=120)
    fresh_days = models.PositiveIntegerField(null=True)
    retired_on = models.DateField(null=True)

    class Privacy:
        open = {
            "id",
            "register",
            "slug",
            "area_code",
            "label",
            "label_english",
            "headings",
            "type",
            "choices",
            "unit",
        } | {
            "privacy",
            "basis",
            "fresh_days",
            "retired_on",
        }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "slug"], name="item_slug_once")]
