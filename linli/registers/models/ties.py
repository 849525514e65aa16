"""What ties records to each other, for a time."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from .batches import AREA, Batch
from .records import Business, Dwelling, Household, Person


class TieKind(models.TextChoices):
    """What ties a person to a place, a business or another person, other than living there now."""

    LIVED = "lived"  # lived in a dwelling before
    BELONGED = "belonged"  # belonged to a household before
    REGISTERED = "registered"  # registered residence (户籍)
    OWNS = "owns"
    RENTS = "rents"
    WORKS = "works"
    CARES = "cares"  # cares for another person
    GUARDS = "guards"  # is the guardian of another person


class TieSet(models.QuerySet["Tie"]):
    """Questions that may be narrowed further."""

    def on(self, day: date) -> "TieSet":
        """Those in force on a day: `since` is the first day, `until` the first day no longer; unset is unknown."""
        return self.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day))


class Tie(models.Model):
    """A person is tied to something, for a time. `area_code` is where that thing lies, which may be elsewhere."""

    kind = models.CharField(max_length=10)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ties")
    area_code = models.CharField(max_length=AREA, blank=True)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, null=True, related_name="ties")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="ties")
    business = models.ForeignKey(Business, on_delete=models.PROTECT, null=True, related_name="ties")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="ties_to")
    relation = models.CharField(max_length=2, blank=True)
    place = models.CharField(max_length=160, blank=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    objects = TieSet.as_manager()

    class Privacy:
        open = {"id", "kind", "person", "area_code", "dwelling", "household", "business", "other", "relation"} | {
            "batch",
            "since",
            "until",
        }
        personal = {"place"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="tie_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["area_code", "kind"], name="tie_area")]
