"""What was done. Entries hold references, never foreign keys into other rooms: they outlive what they describe."""

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property


class Above(models.Func):
    """The area of so many digits that a code lies in: an equality, where "at or below" would be a range.

    Entries at or below an area can so be read in the order of time from one index, however many they are.
    """

    template = "SUBSTR(%(expressions)s, 1, %(digits)s)"
    output_field = models.CharField()


# A district, a township, a community: what posts stand at, and too much to be sorted each time.
LEVELS_INDEXED = (6, 9, 12)


class Entry(models.Model):
    """One act of a verb, written in the verb's own transaction and never changed afterwards.

    `area_code` follows redrawings so that scope can find it, and is not sealed; `area_then` is where it
    happened, as the area was called then, and is.
    """

    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=40)
    by = models.CharField(max_length=40)
    post = models.CharField(max_length=40, blank=True)
    area_code = models.CharField(max_length=17, blank=True)
    area_then = models.CharField(max_length=17, blank=True)
    facts = models.TextField(default="{}")
    rows = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    seal_number = models.BigIntegerField(null=True, unique=True)
    seal_hash = models.CharField(max_length=64, blank=True)

    class Privacy:
        open = {"id", "at", "verb", "thing", "by", "post", "area_code", "area_then", "facts", "rows", "digest"} | {
            "seal_number",
            "seal_hash",
        }

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="entry_time"),
            models.Index(fields=["thing", "at", "id"], name="entry_thing"),
            models.Index(fields=["area_code", "at", "id"], name="entry_area"),
            models.Index(fields=["by", "at", "id"], name="entry_by"),
            models.Index(fields=["verb", "at", "id"], name="entry_verb"),
            models.Index(fields=["id"], name="entry_unsealed", condition=Q(seal_number=None)),
            *(models.Index(Above("area_code", digits=n), "at", "id", name=f"entry_above_{n}") for n in LEVELS_INDEXED),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.thing}"

    @cached_property
    def said(self) -> dict[str, Any]:
        """The facts, read."""
        facts: dict[str, Any] = json.loads(self.facts)
        return facts


WAITING = Q(done_at=None, stuck_at=None)


class Delivery(models.Model):
    """An entry on its way to one follower. Done and marked done in one transaction: exactly once.

    `next_try_at` empty is at once; `stuck_at` is set when it has failed so often that a person must look.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deliveries")
    follower = models.CharField(max_length=60)
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    stuck_at = models.DateTimeField(null=True)
    complaint = models.CharField(max_length=200, blank=True)

    class Privacy:
        open = {"id", "entry", "follower", "done_at", "tries", "next_try_at", "stuck_at", "complaint"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "follower"], name="delivery_once")]
        indexes = [
            models.Index(fields=["follower", "entry"], name="delivery_waiting", condition=WAITING),
            models.Index(fields=["follower"], name="delivery_stuck", condition=Q(done_at=None, stuck_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.follower}"


class Seal(models.Model):
    """One batch of sealed entries: the numbers it covers and the hash of its last entry.

    That no two begin alike is what keeps two sealers from forking the chain.
    """

    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Privacy:
        open = {"id", "first", "last", "hash", "at"}

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


class Chore(models.Model):
    """When a chore is due next. Claimed by a conditional update of `next_due_at`, so that one worker does it."""

    name = models.CharField(max_length=60, unique=True)
    next_due_at = models.DateTimeField(db_index=True)
    began_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    complaint = models.CharField(max_length=200, blank=True)

    class Privacy:
        open = {"id", "name", "next_due_at", "began_at", "failures", "complaint"}

    def __str__(self) -> str:
        return self.name
