"""What someone was told, how they wish to be told, and what is on its way out."""

from django.db import models
from django.db.models import Q

from linli.access.models import Account


class Notice(models.Model):
    """One piece of news for one account. An entry of the journal tells an account the same thing once."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    entry = models.BigIntegerField()
    words = models.CharField(max_length=200)
    facts = models.TextField(default="{}")
    thing = models.CharField(max_length=40)
    group = models.CharField(max_length=80)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "account", "entry", "words", "facts", "thing", "group", "urgent", "at", "read_at"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "entry", "words"], name="notice_once")]
        indexes = [
            models.Index(fields=["account", "-id"], name="notice_account"),
            models.Index(fields=["account", "-id"], name="notice_unread", condition=Q(read_at=None)),
        ]


class Wish(models.Model):
    """How an account wishes to be told outside the inbox: by which ways, and when not."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="wish")
    ways = models.CharField(max_length=80, blank=True)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    class Privacy:
        open = {"id", "account", "ways", "quiet_from", "quiet_until"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="wish_quiet_whole",
            )
        ]


class Sending(models.Model):
    """A notice on its way out by one way. Sent at least once; `key` is how the other side knows it again."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="sendings")
    way = models.CharField(max_length=20)
    key = models.CharField(max_length=64, unique=True)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    complaint = models.CharField(max_length=200, blank=True)

    class Privacy:
        open = {"id", "notice", "way", "key", "due_at", "tries", "sent_at", "received_at", "complaint"}

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="sending_due", condition=Q(sent_at=None))]
