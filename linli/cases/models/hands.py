"""Who has a case in hand: one lead at a time, co-handlers, bureaus called by whistle."""

from django.db import models
from django.db.models import Q

from linli.access.models import Bureau, Post

from .cases import AREA, Case


class Part(models.TextChoices):
    """What someone's part in a case is."""

    LEAD = "lead"
    CO_HANDLER = "co-handler"
    WHISTLE = "whistle"


class Assignment(models.Model):
    """A case in the hands of a post, a bureau, or the team of an area (`area_code`): exactly one of them.

    It ends when the case is returned, recalled, passed on or over; the lead of a closed case keeps it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=12)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="assignments")
    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, null=True, related_name="assignments")
    area_code = models.CharField(max_length=AREA, blank=True)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=40)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "case", "part", "post", "bureau", "area_code", "given_at", "given_by", "answered_at", "ended_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(part=Part.LEAD, ended_at=None), name="assignment_one_lead"
            ),
            models.CheckConstraint(
                condition=Q(post__isnull=False, bureau=None, area_code="")
                | Q(post=None, bureau__isnull=False, area_code="")
                | (Q(post=None, bureau=None) & ~Q(area_code="")),
                name="assignment_one_target",
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "ended_at"], name="assignment_area"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.target}"

    @property
    def target(self) -> str:
        """The reference of the post, the code of the bureau, or that of the area, as the journal names it."""
        if self.post:
            return self.post.ref
        return self.bureau.code if self.bureau else self.area_code
