"""Scanned plans (扫描图): a picture taken in, cleaned of all that is not picture, and stretched over three pins."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from linli.geo import pinning
from linli.ground.refusals import Malformed, Refusal
from linli.ground.words import gettext_noop as _

FORMATS = ("PNG", "JPEG", "TIFF")
MOST_PIXELS = 80_000_000  # A1 at 300 dpi, and a little
LONGEST_SIDE = 4096  # what every graphics chip of the last ten years takes as one picture
LEAST_SIDE = 64


class NotAPicture(Malformed):
    """A file that is not a picture of a kind we take, or half of one."""

    code = "plan.not-a-picture"
    words = _("This file cannot be read as a picture: %(why)s.")
    next_step = _("Save the plan as PNG, JPEG or TIFF and send it again. Nothing was written.")


class TooManyPixels(Refusal):
    """A picture larger than any plan: most likely made to fill the memory."""

    code, status = "plan.too-many-pixels", 413
    words = _("The picture has %(wide)s × %(high)s points; at most %(most)s million are taken.")
    next_step = _("Scan the plan at 300 dpi or less.")


def cleaned(path: Path, folder: Path) -> Path:
    """The picture written afresh as WebP: turned upright, no larger than a screen needs, with nothing else in it."""
    draft = folder / "scan.webp"
    with _opened(path) as picture:
        _must_be_a_plan(picture)
        try:
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            drawn = upright.convert("RGBA" if "A" in upright.getbands() else "RGB")
        except (OSError, ValueError, SyntaxError) as broken:
            raise NotAPicture(why=str(broken)) from broken
    drawn.save(draft, "WEBP", quality=88, method=4)
    return draft


def _opened(path: Path) -> Image.Image:
    """The picture, not a single point of it read yet."""
    try:
        return Image.open(path, formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as unknown:
        raise NotAPicture(why="it is not PNG, JPEG or TIFF") from unknown


def _must_be_a_plan(picture: Image.Image) -> None:
    """Refuses by its size, which stands at the beginning of the file, one too large or too small to be a plan."""
    wide, high = picture.size
    if wide * high > MOST_PIXELS:
        raise TooManyPixels(wide=wide, high=high, most=MOST_PIXELS // 1_000_000)
    if min(wide, high) < LEAST_SIDE:
        raise NotAPicture(why="it is smaller than 64 points")


def size(path: Path) -> tuple[int, int]:
    """Points across and down."""
    with Image.open(path) as picture:
        return picture.size


def corners(path: Path, pins: Sequence[pinning.Pin]) -> list[tuple[float, float]]:
    """Longitude and latitude of the upper left, upper right, lower right and lower left corner."""
    return pinning.pin(pins).corners(*size(path))
