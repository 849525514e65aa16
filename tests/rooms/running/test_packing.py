"""A packed file is whole, or recognisably not."""

import io
import tarfile

import pytest

from linli.site.running import packing
from linli.site.running.refusals import NotWhole


@pytest.fixture
def packed(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 5000)
    path = tmp_path / "copy.tar.gz"
    packing.pack(path, [("database.sqlite3", source), ("begun.json", source)], {"format": 1})
    return path


def test_comes_back_as_it_was(packed, tmp_path):
    told = packing.unpack(packed, into=tmp_path / "out")
    assert set(told["files"]) == {"database.sqlite3", "begun.json"}
    assert (tmp_path / "out" / "begun.json").read_bytes() == bytes(range(256)) * 5000


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_refuses_a_file_that_was_cut(packed, share):
    whole = packed.read_bytes()
    packed.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(NotWhole):
        packing.unpack(packed)


@pytest.mark.parametrize("step", range(1, 12))
def test_refuses_a_byte_that_was_changed(tmp_path, step):
    """Uncompressed, so that nothing but our own digests stands guard."""
    source, path = tmp_path / "source", tmp_path / "keys.tar"
    source.write_bytes(b"k" * 4000)
    packing.pack(path, [("keys/secret-key", source)], {})
    content = bytearray(path.read_bytes())
    content[512 + 333 * step] ^= 1
    path.write_bytes(content)
    with pytest.raises(NotWhole):
        packing.unpack(path)


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "media/../../evil", "keys/../evil", "database.sqlite3/x"])
def test_writes_nothing_under_a_name_that_is_not_ours(tmp_path, name):
    path = tmp_path / "copy.tar"
    with tarfile.open(path, "w") as tar:
        head = tarfile.TarInfo(name)
        head.size = 1
        tar.addfile(head, io.BytesIO(b"x"))
    with pytest.raises(NotWhole, match="does not belong"):
        packing.unpack(path, into=tmp_path / "out")
    assert not (tmp_path / "out").exists() and not (tmp_path / "evil").exists()


def test_refuses_links_and_what_is_no_tar(tmp_path):
    path = tmp_path / "copy.tar"
    with tarfile.open(path, "w") as tar:
        head = tarfile.TarInfo("keys/secret-key")
        head.type, head.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(head)
    for bad in (path, tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NotWhole):
            packing.unpack(bad)


def test_refuses_a_media_file_under_the_digest_of_another(tmp_path):
    source, path = tmp_path / "source", tmp_path / "copy.tar"
    source.write_bytes(b"changed while it was packed")
    packing.pack(path, [("media/" + "0" * 64, source)], {})
    with pytest.raises(NotWhole):
        packing.unpack(path)
