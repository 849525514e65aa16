"""What is read from the environment: the key stands whole, or not at all."""

import pytest

from linli.site import environment


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.delenv("LINLI_SECRET_KEY")
    (tmp_path / "keys").mkdir()
    return tmp_path


def test_two_processes_that_begin_at_once_have_one_whole_key(folder, monkeypatch):
    """The second begins while the first still makes its key."""
    others = []

    def made(_size, real=environment.secrets.token_urlsafe):
        if not others:
            others.append("")
            others[0] = environment.secret_key(folder)
        return real(50)

    monkeypatch.setattr(environment.secrets, "token_urlsafe", made)
    assert environment.secret_key(folder) == others[0] == environment.secret_key(folder)
    assert len(others[0]) >= 50
    (path,) = (folder / "keys").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_beginning_that_is_cut_off_leaves_no_key(folder, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr(environment.os, "fsync", lambda _file: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            environment.secret_key(folder)
    assert not list((folder / "keys").iterdir())
    assert environment.secret_key(folder)
