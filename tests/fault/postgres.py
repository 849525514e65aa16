"""Databases of the tests' own on the PostgreSQL server that LINLI_TEST_POSTGRES names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit

import psycopg

# The address of a server; what stands behind it of a database is left aside.
SERVER = urlsplit(os.environ.get("LINLI_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432"))
NUMBERS = count(1)


def at_server(database: str) -> str:
    """The address of one of its databases."""
    return SERVER._replace(path=f"/{database}").geturl()


def connect(url: str) -> psycopg.Connection:
    """A connection that is none of Linli's."""
    return psycopg.connect(url, autocommit=True, application_name="test")


@contextmanager
def fresh_database(encoding: str = "UTF8") -> Iterator[str]:
    """The address of an empty database; it is dropped after the block."""
    name = f"linli_fault_{os.getpid()}_{next(NUMBERS)}"
    collation = "C.UTF-8" if encoding == "UTF8" else "C"
    with connect(at_server("postgres")) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(
            f"CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE '{collation}' LC_CTYPE '{collation}'"
            " TEMPLATE template0"
        )
        try:
            yield at_server(name)
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def tables_of(url: str) -> list[str]:
    """The tables that stand in a database."""
    with connect(url) as database:
        found = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [name for (name,) in found]
