"""The four registers. What is true now lies on the record; what was true before lies in ties and past values.

Where a value came from is kept once for the record (`batch`, `true_on`, `confirmed_on`, `confirmed_by`) and by
field only where it differs (`sources`), so that a million rows stay light.
"""

from typing import Any

from django.db import models

from linli.areas import codes
from linli.ground import refs
from linli.journal.models import Above
from linli.registers.sealed import BlindField, SealedField

from .batches import AREA, Batch

TOWNSHIP = codes.WIDTHS[codes.Level.TOWNSHIP]
RECORD = {
    "id",
    "ref",
    "area_code",
    "lon",
    "lat",
    "batch",
    "true_on",
    "confirmed_on",
    "confirmed_by",
    "ended_on",
    "ended_why",
}


def new_person_ref() -> str:
    """A fresh reference for a person."""
    return refs.new("P")


def new_household_ref() -> str:
    """A fresh reference for a household."""
    return refs.new("H")


def new_dwelling_ref() -> str:
    """A fresh reference for a dwelling."""
    return refs.new("W")


def new_business_ref() -> str:
    """A fresh reference for a business."""
    return refs.new("E")


# Two-sign surnames whose first sign is said otherwise by itself (尉迟 yu chi, but 尉 wei).
SAID_ALONE = {"单": "shan", "长": "chang", "尉": "wei", "万": "wan", "澹": "dan"}
FIRST_HAN = 12_000  # signs from here on are sorted by how they sound, letters by themselves


class Surname(models.Func):
    """How the first sign of a name sounds: all that its mask tells of the order it stands in."""

    arity = 2
    output_field = models.CharField()
    alone = " ".join(f"WHEN '{sign}' THEN '{said}'" for sign, said in SAID_ALONE.items())

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """In SQLite's words."""
        return self._as(compiler, connection, "unicode", "substr({1}, 1, instr({1} || ' ', ' ') - 1)")

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """In PostgreSQL's."""
        return self._as(compiler, connection, "ascii", "split_part({1}, ' ', 1)")

    def _as(self, compiler: Any, connection: Any, number: str, syllable: str) -> Any:
        (name, _none), (sounds, _none) = (compiler.compile(each) for each in self.get_source_expressions())
        said = f"CASE substr({name}, 1, 1) {self.alone} ELSE {syllable.format(name, sounds)} END"
        return f"(CASE WHEN {number}({name}) >= {FIRST_HAN} THEN {said} ELSE substr({name}, 1, 1) END)", ()


def surname_of(name: str, sounds: str) -> str:
    """The same in Python.

    >>> surname_of("尉迟敬德", "yu chi jing de"), surname_of("王大", "wang da"), surname_of("Ann Lee", "ann lee")
    ('wei', 'wang', 'A')
    """
    first = name[:1]
    if not first or ord(first) < FIRST_HAN:
        return first
    return SAID_ALONE.get(first) or sounds.partition(" ")[0]


class Building(models.Func):
    """What stands before the first dash of an address's key."""

    output_field = models.CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """In SQLite's words."""
        return self._as(compiler, "substr({0}, 1, instr({0} || '-', '-') - 1)")

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """In PostgreSQL's."""
        return self._as(compiler, "split_part({0}, '-', 1)")

    def _as(self, compiler: Any, words: str) -> Any:
        key, _none = compiler.compile(self.get_source_expressions()[0])
        return words.format(key), ()


class Register(models.TextChoices):
    """The four registers (一标三实): a short word that is stored, in tables, addresses and facts alike."""

    PERSON = "person"
    HOUSEHOLD = "household"
    DWELLING = "dwelling"
    BUSINESS = "business"


class RecordSet(models.QuerySet[Any]):
    """Questions of every register that may be narrowed further."""

    def within(self, code: str) -> "RecordSet":
        """Those at or below an area."""
        return self.filter(**codes.inside(code))

    def standing(self) -> "RecordSet":
        """Those that have not ended: alive and here, not empty, not torn down, not closed."""
        return self.filter(ended_on=None)


class Record(models.Model):
    """What every record of the four registers carries: where it lies, and where its values came from."""

    area_code = models.CharField(max_length=AREA)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    extras = models.JSONField(default=dict)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+")
    true_on = models.DateField()
    confirmed_on = models.DateField(null=True)
    confirmed_by = models.CharField(max_length=12, blank=True)
    sources = models.JSONField(default=dict)
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=10, blank=True)

    objects = RecordSet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.ref)  # type: ignore[attr-defined]


class Dwelling(Record):
    """A dwelling (实有房屋): compound, building, unit, room, and its standard address in one line."""

    ref = models.CharField(max_length=12, unique=True, default=new_dwelling_ref)
    address = models.CharField(max_length=160)
    address_key = models.CharField(max_length=160)
    compound = models.CharField(max_length=60, blank=True)
    building = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=10, blank=True)
    room = models.CharField(max_length=20, blank=True)
    floor = models.SmallIntegerField(null=True)
    use = models.CharField(max_length=2, blank=True)
    tenure = models.CharField(max_length=2, blank=True)
    square_metres = models.FloatField(null=True)

    class Privacy:
        open = RECORD | {"compound", "building", "floor", "use", "tenure", "square_metres", "sources"}
        personal = {"address", "address_key", "unit", "room", "extras"}

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "address_key"], name="dwelling_area"),
            models.Index(fields=["area_code", "compound", "building", "id"], name="dwelling_filed"),
            # Those that nobody can find on the map are few, and are asked for as a list of their own.
            models.Index(
                fields=["area_code", "id"], condition=models.Q(lon=None, ended_on=None), name="dwelling_unplaced"
            ),
            models.Index(fields=["address_key"], name="dwelling_address"),
            models.Index(Building("address_key"), name="dwelling_building"),
            models.Index(fields=["true_on", "id"], name="dwelling_fresh"),
        ]


class Household(Record):
    """A household (户): those who live and keep house together, or who share a registered number (户号)."""

    ref = models.CharField(max_length=12, unique=True, default=new_household_ref)
    number = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=2, default="1")
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, null=True, related_name="households")
    head = models.CharField(max_length=60, blank=True)

    class Privacy:
        open = RECORD | {"kind", "dwelling", "sources"}
        personal = {"number", "head", "extras"}

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "number"], name="household_area"),
            models.Index(fields=["area_code", "id"], name="household_filed"),
            models.Index(fields=["number"], name="household_number"),
            models.Index(fields=["true_on", "id"], name="household_fresh"),
        ]


class Person(Record):
    """A person (实有人口). `area_code` is where they live now; registered residence, ownership and work are ties."""

    ref = models.CharField(max_length=12, unique=True, default=new_person_ref)
    name = models.CharField(max_length=60)
    sounds = models.CharField(max_length=120, blank=True)
    former_name = models.CharField(max_length=60, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    born_on = models.DateField(null=True)
    identity_kind = models.CharField(max_length=3, blank=True)
    identity_number = SealedField()
    identity_index = BlindField(of="identity_number")
    identity_tail = BlindField(of="identity_number", last=4)
    phone = SealedField()
    phone_index = BlindField(of="phone")
    nation = models.CharField(max_length=2, blank=True)
    marital = models.CharField(max_length=2, blank=True)
    politics = models.CharField(max_length=2, blank=True)
    education = models.CharField(max_length=2, blank=True)
    work = models.CharField(max_length=2, blank=True)
    occupation = models.CharField(max_length=60, blank=True)
    workplace = models.CharField(max_length=120, blank=True)
    native_place = models.CharField(max_length=60, blank=True)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, null=True, related_name="people")
    lives_since = models.DateField(null=True)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="members")
    relation = models.CharField(max_length=2, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    class Privacy:
        open = RECORD | {"sex", "dwelling", "household", "relation", "lives_since", "merged_into", "sources"}
        personal = {"name", "sounds", "former_name", "born_on", "nation", "marital", "education", "work"} | {
            "occupation",
            "workplace",
            "native_place",
            "politics",
            "phone",
            "phone_index",
            "identity_kind",
            "extras",
        }
        secret = {"identity_number", "identity_index", "identity_tail"}

    class Meta:
        indexes = [
            models.Index("area_code", Surname("name", "sounds"), "id", name="person_filed"),
            models.Index(fields=["born_on", "id"], name="person_born"),
            models.Index(fields=["true_on", "id"], name="person_fresh"),
            # A township whose people were all confirmed late is not looked for behind everyone else.
            models.Index(Above("area_code", digits=TOWNSHIP), "true_on", "id", name="person_fresh_town"),
            models.Index(fields=["identity_index"], name="person_identity"),
            models.Index(fields=["identity_tail"], name="person_identity_tail"),
            models.Index(fields=["phone_index"], name="person_phone"),
        ]

    @property
    def surname(self) -> str:
        """How the first sign of the name sounds, as lists are sorted by it."""
        return surname_of(self.name, self.sounds)


class Business(Record):
    """A business or organisation (实有单位): shop, firm, public body, cooperative."""

    ref = models.CharField(max_length=12, unique=True, default=new_business_ref)
    name = models.CharField(max_length=120)
    sounds = models.CharField(max_length=240, blank=True)
    kind = models.CharField(max_length=2, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    trade = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=160, blank=True)
    address_key = models.CharField(max_length=160, blank=True)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, null=True, related_name="businesses")
    head = models.CharField(max_length=60, blank=True)
    phone = SealedField()
    phone_index = BlindField(of="phone")
    staff = models.PositiveIntegerField(null=True)
    opened_on = models.DateField(null=True)

    class Privacy:
        open = (
            RECORD
            | {"name", "sounds", "kind", "credit_code", "trade", "address", "address_key", "dwelling"}
            | {
                "staff",
                "opened_on",
                "sources",
            }
        )
        personal = {"head", "phone", "phone_index", "extras"}

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "sounds", "id"], name="business_area"),
            models.Index(fields=["sounds", "id"], name="business_sounds"),
            models.Index(fields=["credit_code"], name="business_credit_code"),
            models.Index(fields=["phone_index"], name="business_phone"),
            models.Index(fields=["true_on", "id"], name="business_fresh"),
        ]
