"""Brings a database from one version of its tables to another, by the Alembic revisions of its family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, inspect, text

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.storage.sql.family import Family

_LOCK = 0x5357_4D49
"""PostgreSQL's number for "somebody migrates"; any will do that nobody else takes."""


def migrate(connection: Connection, family: Family, target: str | tuple[str, ...], where: str) -> None:
    """Bring the tables to a revision, within the transaction of the connection.

    Args:
        connection: in a writing transaction.
        family: which tables.
        target: ``heads`` for the program's own version, or revisions.
        where: the database, for errors.

    Raises:
        StillwatchError: the tables are of another family, or of a version this program does not know.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    _refuse_another_family(connection, family, where)
    script = ScriptDirectory(str(family.folder), version_locations=[str(family.folder / "versions")])

    def steps(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs(target, revision)  # type: ignore[arg-type]  # it takes several as well

    try:
        with EnvironmentContext(Config(), script, fn=steps) as environment:
            environment.configure(
                connection=connection,
                target_metadata=family.metadata,
                version_table=family.version_table,
                transactional_ddl=True,
                transaction_per_migration=False,
            )
            environment.run_migrations()
    except CommandError as error:
        raise StillwatchError(
            f"the {family.name} database is of a version that this program does not know",
            code="SW-SQL-13",
            where=where,
            hint="use the newer program",
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _refuse_another_family(connection: Connection, family: Family, where: str) -> None:
    tables = set(inspect(connection).get_table_names())
    others = sorted(
        name
        for name in tables
        if name.endswith("_version") and "_" not in name[:-8] and name != family.version_table
    )
    if others or (tables and family.version_table not in tables):
        holds = (
            f"the tables of {others[0].removesuffix('_version')}" if others else "tables of something else"
        )
        raise StillwatchError(
            f"the database holds {holds}",
            code="SW-SQL-14",
            where=where,
            hint=f"give {family.name} a database of its own",
        )
