"""Typed readers of the environment. What is missing or malformed is said at the start, not at the first use."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(SystemExit):
    """A setting that cannot be used; the program ends with the sentence."""


def text(name: str, default: str = "") -> str:
    """The variable, or what stands in the file that NAME_FILE names."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as gone:
            raise BadSetting(f"{name}_FILE names {path}, which cannot be read: {gone.strerror}.") from gone
    return os.environ.get(name, default)


def yes(name: str, *, default: bool = False) -> bool:
    """A switch: 1/0, true/false, yes/no, on/off."""
    given = text(name).lower()
    if given in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return given in ("1", "true", "yes", "on") if given else default
    raise BadSetting(f"{name} is {given!r}; say 1 or 0.")


def number(name: str, default: int) -> int:
    """A whole number above nought."""
    given = text(name) or str(default)
    if not given.isascii() or not given.isdigit() or int(given) == 0:
        raise BadSetting(f"{name} is {given!r}; say a whole number above 0.")
    return int(given)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def data_folder() -> Path:
    """The one folder all data lives in; made when it is missing, readable by its owner alone."""
    checkout = Path(__file__).resolve().parents[2]
    folder = Path(text("LINLI_DATA_DIR") or checkout / "data").expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "keys").mkdir(mode=0o700, exist_ok=True)
        (folder / "media").mkdir(exist_ok=True)
        (folder / "static").mkdir(exist_ok=True)
    except OSError as refused:
        raise BadSetting(f"LINLI_DATA_DIR {folder} cannot be used: {refused.strerror}.") from refused
    return folder


def secret_key(folder: Path) -> str:
    """The signing key: from LINLI_SECRET_KEY(_FILE), else made once and kept in the data folder's `keys`."""
    if given := text("LINLI_SECRET_KEY"):
        return given
    path = folder / "keys" / "secret-key"
    if not path.exists():
        make_key(path)
    return path.read_text("ascii").strip()


def make_key(path: Path) -> None:
    """A key stands at the path, whole from the first moment; of two that are made at once the first stays."""
    with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=path.parent, prefix=".secret-key-") as aside:
        aside.write(secrets.token_urlsafe(50))
        aside.flush()
        os.fsync(aside.fileno())
        with suppress(FileExistsError):
            os.link(aside.name, path)


def database(folder: Path) -> dict[str, Any]:
    """SQLite in the data folder, or what LINLI_DATABASE_URL names."""
    url = text("LINLI_DATABASE_URL")
    return postgres(url, "LINLI_DATABASE_URL") if url else sqlite(folder)


def sqlite(folder: Path) -> dict[str, Any]:
    """The one SQLite file of a data folder."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / "linli.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;"
            " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
        },
    }


def postgres(url: str, said: str) -> dict[str, Any]:
    """The PostgreSQL database of an address (postgresql://user:password@host:port/name), `said` by what."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise BadSetting(f"{said} must read postgresql://user:password@host:port/name.")
    options: dict[str, Any] = {"application_name": "linli", **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
