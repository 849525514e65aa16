"""Values kept beside a record: secret ones, past ones, disputed ones; and records that are perhaps one."""

from django.db import models

from linli.ground import refs
from linli.registers.sealed import BlindField, SealedField

from .batches import AREA, Batch


def new_dispute_ref() -> str:
    """A fresh reference for a dispute."""
    return refs.new("Q")


class SecretValue(models.Model):
    """A secret fact of a person or household: sealed, and found by a keyed index where its codes are few."""

    register = models.CharField(max_length=10)
    thing = models.CharField(max_length=12)
    area_code = models.CharField(max_length=AREA)
    fact = models.CharField(max_length=60)
    value = SealedField()
    index = BlindField(of="value", under="fact")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+")
    true_on = models.DateField()

    class Privacy:
        open = {"id", "register", "thing", "area_code", "fact", "batch", "true_on"}
        secret = {"value", "index"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing", "fact"], name="secret_value_once")]
        indexes = [
            models.Index(fields=["fact", "index", "area_code"], name="secret_found"),
            models.Index(fields=["area_code"], name="secret_area"),
        ]


class PastValue(models.Model):
    """What a field said before, until when, and where that came from. Sealed, since any field may be personal."""

    thing = models.CharField(max_length=12)
    area_code = models.CharField(max_length=AREA)
    fact = models.CharField(max_length=60)
    value = SealedField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+")
    replaced_by = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+")
    true_on = models.DateField(null=True)
    until = models.DateField()
    by = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Privacy:
        open = {"id", "thing", "area_code", "fact", "batch", "replaced_by", "true_on", "until", "by", "at"}
        secret = {"value"}

    class Meta:
        indexes = [
            models.Index(fields=["thing", "fact", "-at"], name="past_value_of"),
            models.Index(fields=["area_code"], name="past_value_area"),
            models.Index(fields=["replaced_by"], name="past_value_batch"),
        ]


class Dispute(models.Model):
    """A value that a worker or the person concerned calls wrong (校核): open, argued, settled, with a day it is due."""

    ref = models.CharField(max_length=12, unique=True, default=new_dispute_ref)
    register = models.CharField(max_length=10)
    thing = models.CharField(max_length=12)
    area_code = models.CharField(max_length=AREA)
    fact = models.CharField(max_length=60)
    stands = SealedField()
    proposed = SealedField()
    reason = SealedField()
    argument = SealedField()
    stage = models.CharField(max_length=10, default="open")
    outcome = models.CharField(max_length=10, blank=True)
    raised_by = models.CharField(max_length=12)
    raised_at = models.DateTimeField()
    argued_by = models.CharField(max_length=12, blank=True)
    settled_by = models.CharField(max_length=12, blank=True)
    settled_at = models.DateTimeField(null=True)
    due_on = models.DateField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        open = {"id", "ref", "register", "thing", "area_code", "fact", "stage", "outcome", "raised_by", "raised_at"} | {
            "argued_by",
            "settled_by",
            "settled_at",
            "due_on",
            "batch",
        }
        secret = {"stands", "proposed", "reason", "argument"}

    class Meta:
        indexes = [models.Index(fields=["area_code", "stage", "due_on"], name="dispute_area")]


class Key(models.Model):
    """Where to look for a person: a number that records which may be one person share (`bulk.matching.keys`)."""

    key = models.BigIntegerField()
    person = models.ForeignKey("registers.Person", on_delete=models.CASCADE, related_name="keys")

    class Privacy:
        open = {"id", "person"}
        personal = {"key"}

    class Meta:
        indexes = [models.Index(fields=["key"], name="key_found")]


class Likeness(models.Model):
    """Two records that are perhaps one: for a person to say so, or that they are two."""

    register = models.CharField(max_length=10)
    area_code = models.CharField(max_length=AREA)
    one = models.CharField(max_length=12)
    other = models.CharField(max_length=12)
    weight = models.FloatField(default=0.0)
    why = models.JSONField(default=list)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, null=True, related_name="+")
    outcome = models.CharField(max_length=10, blank=True)
    decided_by = models.CharField(max_length=12, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "register", "area_code", "one", "other", "weight", "why", "batch", "outcome", "decided_by"} | {
            "decided_at"
        }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="likeness_once")]
        indexes = [models.Index(fields=["area_code", "outcome"], name="likeness_area")]


class Merging(models.Model):
    """Two records became one; enough is kept, sealed, to part them again."""

    kept = models.CharField(max_length=12)
    gone = models.CharField(max_length=12)
    area_code = models.CharField(max_length=AREA)
    before = SealedField()
    by = models.CharField(max_length=12)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "kept", "gone", "area_code", "by", "at", "undone_at"}
        secret = {"before"}

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="merging_area")]
