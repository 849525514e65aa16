"""What places were called before: the names that old files and old people still use."""

from django.db import models

from .batches import AREA


class OldName(models.Model):
    """An old name (旧称) of a compound, a village or a road within an area, and what it is called now."""

    area_code = models.CharField(max_length=AREA)
    old = models.CharField(max_length=60)
    new = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Privacy:
        open = {"id", "area_code", "old", "new", "at"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_code", "old"], name="old_name_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
