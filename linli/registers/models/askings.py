"""What someone asks for, kept so that no address, log or history holds it."""

from django.db import models

from linli.ground import refs
from linli.registers.sealed import SealedField

from .batches import AREA


def new_export_ref() -> str:
    """A fresh reference for an export."""
    return refs.new("X")


class Asking(models.Model):
    """What one account looks for, sealed for a short time; an address holds its token and nothing else."""

    digest = models.CharField(max_length=64, unique=True)
    account = models.CharField(max_length=12)
    said = SealedField()
    until = models.DateTimeField(db_index=True)

    class Privacy:
        open = {"id", "digest", "account", "until"}
        secret = {"said"}

    class Meta:
        indexes = [models.Index(fields=["account", "until"], name="asking_of")]


class Export(models.Model):
    """A list that is being taken away as a file, or was: for the account that asked, until the file is deleted."""

    ref = models.CharField(max_length=12, unique=True, default=new_export_ref)
    account = models.CharField(max_length=12)
    register = models.CharField(max_length=10)
    area_code = models.CharField(max_length=AREA)
    form = models.CharField(max_length=10)
    said = SealedField()
    stage = models.CharField(max_length=10, default="waiting")
    done = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    class Privacy:
        open = {"id", "ref", "account", "register", "area_code", "form", "stage", "done", "code", "at", "until"}
        secret = {"said"}

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="export_of")]

    def __str__(self) -> str:
        return self.ref


class ListLayout(models.Model):
    """How an office lays out its lists: which columns in which order, and the shapes of a file."""

    register = models.CharField(max_length=10)
    area_code = models.CharField(max_length=AREA)
    name = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    shapes = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Privacy:
        open = {"id", "register", "area_code", "name", "columns", "shapes", "at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_code", "register", "name"], name="list_layout_once"),
        ]
