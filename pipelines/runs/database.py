"""One database: connections, transactions and the schema's version. SQLite in WAL mode by default, else by URL."""

import contextlib
import functools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
import sqlalchemy.event
import sqlalchemy.exc
from filelock import FileLock

from pipelines.runs.facts import StoreError
from pipelines.runs.schema import HEAD

PATIENCE_S = 20.0
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")


class Database:
    """Connections to the run store's database. Safe to share between threads; not between processes over a fork.

    Args:
        home: root folder, made if missing.
        url: an SQLAlchemy URL; default: `NETLOOM_DATABASE`, else netloom.db in the home.
        patience_s: seconds that a write waits for a lock that another process holds (SQLite).

    Raises:
        StoreError: the folder cannot be written, the file is no database, or its schema is newer than this code.
    """

    def __init__(self, home: Path, url: str | None = None, patience_s: float = PATIENCE_S) -> None:
        self.home = home
        self.url = url or os.environ.get("NETLOOM_DATABASE") or f"sqlite:///{home / 'netloom.db'}"
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The folder {home} cannot be made: {error.strerror}.",
                "Set NETLOOM_HOME to a folder that you may write to.",
            ) from error
        self.is_sqlite = self.url.startswith("sqlite")
        self.engine = sa.create_engine(self.url, json_serializer=json.dumps, pool_pre_ping=not self.is_sqlite)
        if self.is_sqlite:
            sqlalchemy.event.listen(self.engine, "connect", functools.partial(_configure_sqlite, patience_s))
        self._watch: sa.PoolProxiedConnection | None = None
        try:
            self._migrate()
        except (sqlalchemy.exc.DBAPIError, OSError) as error:
            raise StoreError(
                f"The run store {self.engine.url!r} cannot be opened: {_plain(error)}.",
                "Check that its folder can be written to and that netloom.db is an SQLite file.",
            ) from error

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for reading. On SQLite each statement sees the latest commit and never waits for a writer.

        Raises:
            StoreError: the database does not answer.
        """
        with self._told(), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: all or nothing. On SQLite it takes the write lock at once, so it cannot fail half way.

        Raises:
            StoreError: the disk is full, or another process holds the lock for too long; nothing was written.
        """
        with self._told(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def version(self) -> int:
        """A number that is another one after every commit of any process; cheap to ask often (SQLite: 10 µs)."""
        if not self.is_sqlite:
            return time.monotonic_ns()
        if self._watch is None:
            # Of its own, since SQLite leaves a connection's own commits out of the count.
            self._watch = self.engine.raw_connection()
        cursor = self._watch.cursor()
        try:
            return cursor.execute("PRAGMA data_version").fetchone()[0]
        finally:
            cursor.close()

    def close(self) -> None:
        """Close every pooled connection."""
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError) as error:  # also where threads queue up
            raise StoreError(
                f"The run store {self.engine.url!r} did not do what was asked: {_plain(error)}.",
                "Check that its disk has room and that no other program holds it, then try again.",
            ) from error

    def schema_version(self) -> str | None:
        """The version of the schema as it is now, None before there is one. Another Netloom may have made it newer."""
        with self.engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()

    def _migrate(self) -> None:
        """Bring the schema up to HEAD: one process at a time. A schema of a later version is refused, untouched."""
        if self.schema_version() == HEAD:
            return
        with FileLock(self.home / "migrate.lock"):
            version = self.schema_version()
            if version == HEAD:
                return
            if version is not None and version > HEAD:
                raise StoreError(
                    f"The run store was written by a later Netloom: its schema is {version}, this one knows {HEAD}.",
                    "Update Netloom, or set NETLOOM_HOME to another folder.",
                )
            from pipelines.runs.migrations import upgrade  # noqa: PLC0415  alembic costs 0.3 s and is rarely needed

            upgrade(self.engine)


def _plain(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error)


def _configure_sqlite(patience_s: float, connection, _record) -> None:  # of the DBAPI
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={patience_s * 1000:.0f}")
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
