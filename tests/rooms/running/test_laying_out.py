"""Static files laid out for serving."""

import gzip

import pytest

from linli.site.running import laying_out


@pytest.fixture
def folder(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    return settings.STATIC_ROOT


def test_every_text_has_its_compressed_twin(folder):
    assert laying_out.lay_out()
    plain = (folder / "linli" / "components.css").read_bytes()
    assert gzip.decompress((folder / "linli" / "components.css.gz").read_bytes()) == plain


def test_what_is_laid_out_is_not_laid_out_again_until_a_file_changes(folder, monkeypatch):
    assert [laying_out.lay_out(), laying_out.lay_out()] == [True, False]
    monkeypatch.setattr(laying_out, "digest", lambda: "another")
    assert laying_out.lay_out()


def test_a_laying_out_that_was_killed_is_done_again(folder, monkeypatch):
    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    laying_out.lay_out()
    with monkeypatch.context() as patched:
        patched.setattr(laying_out, "digest", lambda: "another")
        patched.setattr(laying_out, "call_command", killed)
        with pytest.raises(KeyboardInterrupt):
            laying_out.lay_out()
    assert laying_out.lay_out()
