"""What is kept beside a case: its raisers, who hears of it, photos, ratings."""

from django.db import models
from django.db.models import Q

from linli.access.models import Bureau
from linli.ground import refs
from linli.registers.sealed import BlindField, SealedField

from .cases import Case, Step


def new_photo_ref() -> str:
    """A fresh reference for a photo."""
    return refs.new("F")


class Raiser(models.Model):
    """Someone who raised a case (诉求人). A merged case keeps its own, and each of them stays told."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="raisers")
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=60, blank=True)
    phone = SealedField()
    phone_index = BlindField(of="phone")
    account = models.CharField(max_length=12, blank=True)
    register_ref = models.CharField(max_length=12, blank=True)
    wants_call = models.BooleanField(default=True)

    class Privacy:
        open = {"id", "case", "kind", "account", "register_ref", "wants_call"}
        personal = {"name", "phone", "phone_index"}

    class Meta:
        indexes = [models.Index(fields=["phone_index"], name="raiser_phone", condition=~Q(phone_index=b""))]


class Subscription(models.Model):
    """An account that hears of every step of a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="subscriptions")
    account = models.CharField(max_length=12)
    since = models.DateTimeField()

    class Privacy:
        open = {"id", "case", "account", "since"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "account"], name="subscription_once")]
        indexes = [models.Index(fields=["account", "case"], name="subscription_account")]


class Photo(models.Model):
    """A photo of a case, re-encoded, without place or device in it. `file` is a path below the media folder."""

    ref = models.CharField(max_length=12, unique=True, default=new_photo_ref)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="photos")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="photos")
    file = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=40)

    class Privacy:
        open = {"id", "ref", "case", "step", "width", "height", "at", "by"}
        personal = {"file", "digest"}


class Rating(models.Model):
    """A raiser's rating of the answer, or a township's of the bureau that answered its whistle. One to five."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="rating")
    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, null=True, related_name="+")
    stars = models.PositiveSmallIntegerField()
    words = SealedField()
    at = models.DateTimeField()
    by = models.CharField(max_length=40)

    class Privacy:
        open = {"id", "case", "step", "bureau", "stars", "at", "by"}
        personal = {"words"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="rating_one_to_five"),
        ]
