"""The rows of a city's table as matters, one after the other: nothing is kept of a row but what the loop needs."""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from linli.ground.refusals import Refusal
from linli.ground.words import gettext_noop as _

from . import mapping
from .mapping import CityMap

LONGEST = 1 << 20  # signs in a field, beyond which a row is no row


class NotATable(Refusal):
    """A file that is no table of text."""

    code, status = "replay.not-a-table", 422
    words = _("%(file)s cannot be read as a table: %(why)s.")
    next_step = _("Give a CSV file, as it is or packed with gzip, in UTF-8, with a heading row.")


@dataclass(frozen=True)
class Matter:
    """What somebody raised, when, where, and what the city did with it. Moments are UTC."""

    row: int
    opened: datetime
    kind: str
    desk: str
    promised: datetime | None = None
    closed: datetime | None = None
    title: str = ""
    place: str = ""
    source: str = ""
    spot: tuple[float, float] | None = None
    area_code: str = ""  # where that is known

    @property
    def was_late(self) -> bool | None:
        """Whether the city closed it after the time it promised; None where that cannot be said."""
        return None if self.promised is None or self.closed is None else self.closed > self.promised


@dataclass
class Reading:
    """What was read so far."""

    rows: int = 0
    untimed: int = 0
    dropped: int = 0


def open_table(path: Path) -> "tuple[csv.DictReader[str], io.TextIOBase]":
    """A table to read from, and the file to close; refuses (NotATable) what is none."""
    packed = gzip.open if path.suffix == ".gz" else open
    csv.field_size_limit(LONGEST)
    try:
        file = io.TextIOWrapper(packed(path, "rb"), "utf-8-sig", newline="")
    except OSError as bad:
        raise NotATable(file=path.name, why=str(bad)) from bad
    try:
        table = csv.DictReader(file)
        few = not table.fieldnames or len(table.fieldnames) < len(mapping.NEEDED)
    except (OSError, UnicodeDecodeError, csv.Error, EOFError) as bad:
        file.close()
        raise NotATable(file=path.name, why=str(bad)) from bad
    if few:
        file.close()
        raise NotATable(file=path.name, why=_("it has no heading row"))
    return table, file


def columns(path: Path) -> list[str]:
    """The headings of a table."""
    table, file = open_table(path)
    with file:
        return list(table.fieldnames or ())


def read(path: Path, city: CityMap, reading: Reading) -> Iterator[Matter]:
    """The matters of a file in its own order. Rows without a beginning are counted and left out."""
    table, file = open_table(path)
    if not city.fits(list(table.fieldnames or ())):
        raise mapping.BadMap(map=city.name, what=_("the table lacks columns it names"))
    with file:
        try:
            for row in table:
                reading.rows += 1
                if matter := _matter(reading.rows, row, city, reading):
                    yield matter
        except (OSError, UnicodeDecodeError, csv.Error, EOFError) as bad:
            raise NotATable(file=path.name, why=str(bad)) from bad


def _matter(number: int, row: Mapping[str, str | None], city: CityMap, reading: Reading) -> Matter | None:
    def said(idea: str) -> str:
        return next((text for name in city.columns.get(idea, ()) if (text := (row.get(name) or "").strip())), "")

    if said("state") in city.dropped:
        reading.dropped += 1
        return None
    opened = moment(said("opened"), city)
    if opened is None:
        reading.untimed += 1
        return None
    closed = moment(said("closed"), city)
    return Matter(
        row=number,
        opened=opened,
        kind=said("kind") or "?",
        desk=said("desk") or "?",
        promised=_later(moment(said("promised"), city), opened),
        closed=_later(closed, opened),
        title=said("title"),
        place=said("place"),
        source=said("source"),
        spot=spot(said("lon"), said("lat"), city),
    )


def moment(text: str, city: CityMap) -> datetime | None:
    """A moment as this city writes it, in UTC; None where it is none of its forms."""
    for form in city.formats if text else ():
        try:
            read = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        return (read if read.tzinfo else read.replace(tzinfo=city.zone)).astimezone(UTC)
    return None


def _later(moment: datetime | None, opened: datetime) -> datetime | None:
    """A moment, unless it lies before the beginning: then somebody mistyped it, and it says nothing."""
    return moment if moment and moment >= opened else None


def spot(lon: str, lat: str, city: CityMap) -> tuple[float, float] | None:
    """Where it is, in degrees; None where it is not within the city's box: (0, 0) stands for not known."""
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    west, south, east, north = city.box
    return (x, y) if west <= x <= east and south <= y <= north else None
