"""Accounts and the posts they hold."""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from linli.ground import refs

from .reach import Reach


def new_account_ref() -> str:
    """A fresh reference for an account."""
    return refs.new("A")


def new_post_ref() -> str:
    """A fresh reference for a post."""
    return refs.new("S")


def new_shape_ref() -> str:
    """A fresh reference for the shape of a team."""
    return refs.new("T")


class AccountSet(BaseUserManager["Account"]):
    """Finds an account by the name it signs in with."""


class Account(AbstractBaseUser):
    """Someone who can sign in. What they may do hangs on their posts, not on the account."""

    ref = models.CharField(max_length=12, unique=True, default=new_account_ref)
    sign_in_name = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()

    objects = AccountSet()

    USERNAME_FIELD = "sign_in_name"
    REQUIRED_FIELDS = ["name"]

    class Privacy:
        open = {"id", "ref", "is_active", "opened_at", "last_login", "language"}
        personal = {"sign_in_name", "name"}
        secret = {"password"}

    def __str__(self) -> str:
        return self.ref


class Bureau(models.Model):
    """A bureau (委办局) of a district: what a township's whistle calls."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    area_code = models.CharField(max_length=17)
    source = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        open = {"id", "code", "name", "area_code", "source", "since", "until"}

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="bureau_area")]

    def __str__(self) -> str:
        return self.name


class TeamShape(models.Model):
    """How a grid's team is made up where it is used: 1+3+N, 5+3+N, 一长三员, a special grid (专属网格).

    It may be used in its area and below. `known` names the row of the data file it came from.
    """

    ref = models.CharField(max_length=12, unique=True, default=new_shape_ref)
    known = models.SlugField(max_length=40, blank=True)
    name = models.CharField(max_length=60)
    area_code = models.CharField(max_length=17, blank=True)
    special = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        open = {"id", "ref", "known", "name", "area_code", "special", "source", "since", "until"}

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="team_shape_area")]

    def __str__(self) -> str:
        return self.name


class TeamPlace(models.Model):
    """One place of a shape: the role that fills it, and how many may; none said (0) is any number (N).

    A place `in_pairs` wants an A-post and a B-post each time.
    """

    shape = models.ForeignKey(TeamShape, on_delete=models.CASCADE, related_name="places")
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=40)
    most = models.PositiveSmallIntegerField(default=1)
    in_pairs = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=0)

    class Privacy:
        open = {"id", "shape", "slug", "name", "role", "most", "in_pairs", "rank"}

    class Meta:
        ordering = ["rank", "id"]
        constraints = [models.UniqueConstraint(fields=["shape", "slug"], name="team_place_once")]

    def __str__(self) -> str:
        return self.name


class TeamUse(models.Model):
    """From a day on, the teams of an area and all below it have this shape; what is said deeper goes before."""

    area_code = models.CharField(max_length=17, blank=True)
    shape = models.ForeignKey(TeamShape, on_delete=models.PROTECT, related_name="uses")
    what_for = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        open = {"id", "area_code", "shape", "what_for", "since", "until"}

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="team_use_area")]

    def __str__(self) -> str:
        return f"{self.shape_id} {self.area_code or '*'}"


def places(reach: str, codes: Iterable[str]) -> tuple[str, ...]:
    """The codes a post reaches from; everywhere, wherever it stands, for one that reaches everything."""
    return ("",) if reach == Reach.ALL else tuple(codes)


class PostSet(models.QuerySet["Post"]):
    """Questions that may be narrowed further."""

    def held_on(self, today: date) -> "PostSet":
        """Those held by someone and in force on a day: `since` is the first day, `until` the first day no longer."""
        return self.filter(Q(until=None) | Q(until__gt=today), since__lte=today, account__isnull=False)


class Post(models.Model):
    """A post (岗位): a role at an area or a bureau, held by one account for a time.

    A post nobody holds yet was offered by an invitation. A post that stands in for another belongs to a
    substitute and ends with the leave. A post over chosen areas has further ones (`PostArea`).
    """

    ref = models.CharField(max_length=12, unique=True, default=new_post_ref)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts", null=True)
    role = models.CharField(max_length=40)
    area_code = models.CharField(max_length=17, blank=True)
    reach = models.CharField(max_length=8, default=Reach.BELOW)
    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="posts", null=True)
    board = models.CharField(max_length=40, blank=True)
    holder = models.CharField(max_length=1, blank=True)
    title = models.CharField(max_length=60, blank=True)
    team = models.ForeignKey(TeamShape, on_delete=models.PROTECT, related_name="posts", null=True)
    place = models.CharField(max_length=40, blank=True)
    stands_in_for = models.ForeignKey("self", on_delete=models.PROTECT, related_name="stand_ins", null=True)
    since = models.DateField()
    until = models.DateField(null=True)

    objects = PostSet.as_manager()
    one_per_area = ("account_id", "role")  # a redrawing tells of two such posts that would cover one area

    class Privacy:
        open = {"id", "ref", "account", "role", "area_code", "reach", "bureau", "board", "holder"} | {
            "title",
            "team",
            "place",
            "stands_in_for",
            "since",
            "until",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="post_ends_after_start"),
            models.CheckConstraint(condition=Q(holder__in=["", "A", "B"]), name="post_holder_a_or_b"),
        ]
        indexes = [
            models.Index(fields=["area_code"], name="post_area"),
            models.Index(fields=["until"], name="post_until"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.area_code or '*'}"

    @property
    def places(self) -> tuple[str, ...]:
        """The codes it reaches from: what whoever gives, changes or ends it must cover, every one of them."""
        return places(self.reach, self.codes)

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code the post stands at, the first one first; two that a redrawing merged count once."""
        if self.reach != Reach.CHOSEN:
            return (self.area_code,)
        return tuple(dict.fromkeys([self.area_code, *(each.area_code for each in self.further.all())]))


class PostArea(models.Model):
    """A further area of a post over chosen areas (自定义). A row, so that a redrawing takes it along."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="further")
    area_code = models.CharField(max_length=17)
    one_per_area = ("post_id",)  # a redrawing tells of two areas of one post that would become one

    class Privacy:
        open = {"id", "post", "area_code"}

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["area_code"], name="post_further_area")]

    def __str__(self) -> str:
        return self.area_code


class Invitation(models.Model):
    """A post offered to someone who has no account yet. Only the hash of its code is kept; it opens once."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="invitation")
    name = models.CharField(max_length=60)
    code_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "post", "invited_by", "expires_at", "accepted_at"}
        personal = {"name"}
        secret = {"code_hash"}


class PasswordReset(models.Model):
    """A way back for someone who lost their password, opened by an administrator. Only the hash of its code is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="password_resets")
    code_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "account", "asked_by", "expires_at", "used_at"}
        secret = {"code_hash"}


class FactorRule(models.Model):
    """Whether posts of a role, in an area and below, must have a second factor, from a day on."""

    role = models.CharField(max_length=40)
    area_code = models.CharField(max_length=17, blank=True)
    asked = models.BooleanField()
    grace_days = models.PositiveSmallIntegerField(default=7)
    source = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        open = {"id", "role", "area_code", "asked", "grace_days", "source", "since", "until"}

    class Meta:
        indexes = [models.Index(fields=["area_code"], name="factor_rule_area")]

    def __str__(self) -> str:
        return f"{self.role} {self.area_code or '*'}"


class Leave(models.Model):
    """Someone is away; another stands in for their post, for just that time."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="leaves")
    stand_in = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="leave")
    since = models.DateField()
    until = models.DateField()
    called_off_at = models.DateTimeField(null=True)

    class Privacy:
        open = {"id", "post", "stand_in", "since", "until", "called_off_at"}

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="leave_ends_after_start")]


class Watch(models.Model):
    """A turn of the duty roster (值班), around the clock, with what is handed over to the next."""

    area_code = models.CharField(max_length=17)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="watches")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.TextField(blank=True)
    handed_over_at = models.DateTimeField(null=True)
    handed_over_to = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="taken_over", null=True)

    class Privacy:
        open = {"id", "area_code", "post", "begins_at", "ends_at", "note", "handed_over_at", "handed_over_to"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="watch_ends_after_start"),
            models.CheckConstraint(
                condition=Q(handed_over_at=None, handed_over_to=None)
                | Q(handed_over_at__isnull=False, handed_over_to__isnull=False),
                name="watch_handed_over_whole",
            ),
        ]
        indexes = [models.Index(fields=["area_code", "begins_at"], name="watch_area")]


class Attempts(models.Model):
    """How often signing in failed under one key (see `pausing`), and until when it rests.

    The key is a keyed hash of an account and a place, so that it names nobody to whoever reads the table.
    """

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    free_at = models.DateTimeField()

    class Privacy:
        open = {"id", "count", "last_at", "free_at"}
        secret = {"key"}

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="attempts_last")]
