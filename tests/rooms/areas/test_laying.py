"""Backgrounds: what is done to one that someone else has changed in the meantime."""

import pytest
from PIL import Image

from linli.areas import laying
from linli.areas.models import Background
from linli.geo.pinning import Pin
from linli.journal.models import Entry

pytestmark = pytest.mark.django_db
PINS = [Pin(0, 0, 102.0, 40.0), Pin(100, 0, 102.1, 40.0), Pin(0, 100, 102.0, 39.9)]


@pytest.fixture
def scan(settings, tmp_path, program, at) -> Background:
    """A scanned plan that nobody has pinned, as someone read it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    Image.new("RGB", (100, 100), "white").save(tmp_path / "scan.png", "PNG")
    files = [("scan.png", tmp_path / "scan.png")]
    return laying.lay("scan", files, wish=laying.Wish("扫描图"), by=program, at=at)


def test_one_lifted_meanwhile_is_not_pinned(scan, program, at):
    laying.lift(Background.objects.get(pk=scan.pk), by=program, at=at)
    with pytest.raises(laying.Lifted):
        laying.pin(scan, pins=PINS, by=program, at=at)
    found = Background.objects.get(pk=scan.pk)
    assert found.lifted_at == at and not found.pins


def test_pinning_writes_nothing_but_where_it_lies(scan, program, at):
    Background.objects.filter(pk=scan.pk).update(area_code="500199001", name="新名")
    laying.pin(scan, pins=PINS, by=program, at=at)
    found = Background.objects.get(pk=scan.pk)
    assert (found.area_code, found.name, bool(found.pins)) == ("500199001", "新名", True)


def test_one_is_lifted_once(scan, program, at):
    for _ in range(2):
        laying.lift(scan, by=program, at=at)
    assert Entry.objects.filter(verb="background.lifted").count() == 1
