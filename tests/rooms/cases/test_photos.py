"""Photos are written afresh: nothing but the picture stays in them."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from linli.cases import handling, photos, queries
from linli.ground.refusals import NotFound


def taken_with_a_camera(size=(400, 300)) -> io.BytesIO:
    """A JPEG that says where and with what it was taken."""
    picture = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x010F] = "ACME Phone"
    exif[0x0112] = 6
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (29.0, 33.0, 46.0), "E", (106.0, 33.0, 1.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"at home")
    out.seek(0)
    return out


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_place_and_device_are_gone_and_the_picture_stands_upright(at, media):
    given = taken_with_a_camera()
    assert b"ACME" in given.getvalue() and Image.open(io.BytesIO(given.getvalue())).getexif().get_ifd(0x8825)
    taken = photos.take(given, at=at)
    kept = (media / taken.file).read_bytes()
    with Image.open(io.BytesIO(kept)) as picture:
        assert not picture.getexif() and set(picture.info) <= {"loop", "background", "timestamp", "duration"}
        assert picture.size == (300, 400) == (taken.width, taken.height)
    assert b"ACME" not in kept and b"at home" not in kept


def test_a_large_one_is_made_as_large_as_a_screen_needs(at):
    assert max(photos.take(taken_with_a_camera((4000, 1000)), at=at).width, 0) == 1000 * 1920 // 4000


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff\xe0 half", taken_with_a_camera().getvalue()[:300]])
def test_what_is_no_photo_is_refused_and_leaves_nothing(at, media, content):
    with pytest.raises(photos.NotAPhoto):
        photos.take(io.BytesIO(content), at=at)
    assert not list(media.rglob("*.*"))


def test_a_photo_belongs_to_its_step_and_to_those_who_see_the_case(case_at, town, at, photo):
    case = handling.note(case_at("reported"), words="看现场", photos=[photo()], by=town.he, at=at)
    (one,) = queries.photos(case)
    assert one.step.move == "note" and photos.path_of(one).is_file()
    assert queries.photo(one.ref, town.gang) == one
    with pytest.raises(NotFound):
        queries.photo(one.ref, town.wai)


def test_what_no_step_took_is_swept_away_after_a_day(case_at, town, at, photo, media):
    left = photo()
    handling.note(case_at("reported"), words="看现场", photos=[photo()], by=town.he, at=at)
    written = Path(media / left.file).stat().st_mtime
    later = at.fromtimestamp(written, at.tzinfo) + timedelta(days=2)
    assert photos.sweep(at=later - timedelta(days=1.5)) == 0
    assert photos.sweep(at=later) == 1
    assert not (media / left.file).exists() and len(list(media.rglob("*.webp"))) == 1
