"""The index: rows about projects, jobs and exam openings. All of it can be rebuilt from the folders.

SQLite in the home folder, or ``THAW_DATABASE_URL``. The schema is kept by alembic, in ``migrations/``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import sqlalchemy as sa

from tl_core.domain.fault import InputFault
from tl_core.store import locks
from tl_core.store.atomic import room_expected
from tl_core.store.home import Home

HEAD = "0001"  # newest revision in migrations/versions; a test compares them
_ADVISORY = 0x7468_6177  # "thaw": the number of PostgreSQL's lock for migrations

tables = sa.MetaData()

projects = sa.Table(
    "projects",
    tables,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("purpose", sa.String(32), nullable=False),
    sa.Column("created", sa.Float, nullable=False),
)

runs = sa.Table(
    "runs",
    tables,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("project", sa.String(64), index=True),  # none: a job for the whole home, such as a fetch
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("ended", sa.Float, index=True),  # copied from status.json once it is there
)

openings = sa.Table(
    "openings",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("project", sa.String(64), nullable=False, index=True),
    sa.Column("run", sa.String(64), nullable=False),
    sa.Column("time", sa.Float, nullable=False),
)

_engines: dict[str, sa.Engine] = {}
_opening = RLock()


def url_of(home: Home) -> str:
    """``THAW_DATABASE_URL``, else SQLite in the home folder. PostgreSQL is spoken to through psycopg 3."""
    chosen = os.environ.get("THAW_DATABASE_URL")
    if not chosen:
        return f"sqlite:///{(home.path / 'thaw.sqlite').as_posix()}"
    scheme, _, rest = chosen.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else chosen


def engine(home: Home) -> sa.Engine:
    """The database of ``home``, migrated, and filled from the folders when it is new. Safe in several threads."""
    url = url_of(home)
    with _opening:
        if url not in _engines:
            made = _connectable(url)
            home.runs.parent.mkdir(parents=True, exist_ok=True)
            if _revision(made) != HEAD:
                migrate(home, made)
            _engines[url] = made
        return _engines[url]


@contextmanager
def writing(home: Home) -> Iterator[sa.Connection]:
    """Raises InputFault ``store.disk_full``."""
    with room_expected(), engine(home).begin() as connection:
        yield connection


@contextmanager
def reading(home: Home) -> Iterator[sa.Connection]:
    with engine(home).connect() as connection:
        yield connection


def put(connection: sa.Connection, table: sa.Table, row: dict) -> None:
    """Insert, or replace the row of this id: filling the index from the folders may have been quicker."""
    connection.execute(table.delete().where(table.c.id == row["id"]))
    connection.execute(table.insert().values(**row))


def migrate(home: Home, made: sa.Engine | None = None) -> None:
    """Bring the schema to HEAD; several processes may call it at once. A new database is filled from the folders.

    Raises InputFault when a later version of Thaw has written it.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    from tl_core.store import rebuild

    made = made or _connectable(url_of(home))
    with locks.hold(home.runs.parent / "migrate.lock", patience=120), made.begin() as connection:
        if made.dialect.name == "postgresql":  # other machines do not see our lock file
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY})
        before = _revision_in(connection)
        if before == HEAD:
            return
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:  # a revision we do not know: written by a later Thaw
            raise InputFault("store.newer_home") from error
        if before is None:
            rebuild.fill(home, connection)


def _connectable(url: str) -> sa.Engine:
    made = sa.create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if made.dialect.name == "sqlite":
        sa.event.listen(made, "connect", _prepare_sqlite)
    return made


def _prepare_sqlite(connection, record) -> None:
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _revision(made: sa.Engine) -> str | None:
    with made.connect() as connection:
        return _revision_in(connection)


def _revision_in(connection: sa.Connection) -> str | None:
    """None: a database without our tables. Spelled out, so that the app need not import alembic."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
