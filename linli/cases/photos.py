"""Photos (照片): taken in, written afresh without place and device, kept beside the database under the media folder."""

import hashlib
import io
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from linli.ground.refusals import Malformed, Refusal
from linli.ground.words import gettext_noop as _

from .models import Photo
from .models.beside import new_photo_ref

FOLDER = "cases"
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 60_000_000
MOST_BYTES = 25 * 1024 * 1024
LONGEST_SIDE = 1920
LEAST_SIDE = 16
AT_ONCE = 500
QUALITY = 82


class NotAPhoto(Malformed):
    """A file that is no picture of a kind we take, or half of one."""

    code = "photo.not-a-photo"
    words = _("This file cannot be read as a photo: %(why)s.")
    next_step = _("Send a JPEG, PNG or WebP picture. Nothing was written.")


class PhotoTooLarge(Refusal):
    """A photo larger than any camera makes."""

    code, status = "photo.too-large", 413
    words = _("The photo is too large.")
    next_step = _("Send it smaller: at most 25 MB and 60 million points. Nothing was written.")


class PhotoGone(Refusal):
    """A photo whose file is not in the media folder: it was lost, or not brought back with the database."""

    code, status = "photo.gone", 404
    words = _("The file of the photo %(ref)s is not there.")
    next_step = _("Tell your platform administrator: it may be in a backup.")


@dataclass(frozen=True)
class Taken:
    """A photo that lies in the media folder and belongs to no step yet."""

    ref: str
    file: str
    digest: str
    width: int
    height: int


def take(stream: IO[bytes], *, at: datetime) -> Taken:
    """The photo is written afresh (upright, as large as a screen needs, nothing else in it) and lies with the others.

    It belongs to a step once a verb takes it; what none took is swept away. Refuses what is no picture.
    """
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PhotoTooLarge()
    clean, size = cleaned(content)
    ref = new_photo_ref()
    file = f"{FOLDER}/{at:%Y/%m}/{ref}.webp"
    _keep(Path(settings.MEDIA_ROOT) / file, clean)
    return Taken(ref, file, hashlib.sha256(clean).hexdigest(), *size)


def cleaned(content: bytes) -> tuple[bytes, tuple[int, int]]:
    """The picture as WebP, from its points alone: no place, no camera, no comment, no thumbnail of what was cut off."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.size[0] * picture.size[1] > MOST_PIXELS:
                raise PhotoTooLarge()
            if min(picture.size) < LEAST_SIDE:
                raise NotAPhoto(why=_("it is smaller than 16 points"))
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            drawn = Image.new("RGB", upright.size, "white")
            shown = upright.convert("RGBA")
            drawn.paste(shown, mask=shown.getchannel("A"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise NotAPhoto(why=_("it is not JPEG, PNG or WebP, or half of one")) from broken
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=QUALITY, method=3)
    return out.getvalue(), drawn.size


def _keep(path: Path, content: bytes) -> None:
    """The file stands whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}")
    with aside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    aside.replace(path)


def path_of(photo: Photo) -> Path:
    """Where the picture lies; refuses one whose file is gone."""
    path = Path(settings.MEDIA_ROOT) / photo.file
    if not path.is_file():
        raise PhotoGone(ref=photo.ref)
    return path


def sweep(*, at: datetime) -> int:
    """Files of a day or more ago that no step took, or that were half written, are gone; how many."""
    root = Path(settings.MEDIA_ROOT) / FOLDER
    before = (at - timedelta(days=1)).timestamp()
    old = (path for path in root.rglob("*.webp") if _is_older(path, before))
    swept = 0
    while some := list(islice(old, AT_ONCE)):
        taken = set(Photo.objects.filter(ref__in=[path.stem for path in some]).values_list("ref", flat=True))
        for path in some:
            if path.stem not in taken:
                path.unlink(missing_ok=True)
                swept += 1
    return swept


def _is_older(path: Path, moment: float) -> bool:
    """Whether a file that may be gone by now was last written before a moment."""
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False
