"""What belongs together in one database: its tables and the steps that brought them there."""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib.util
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import MetaData

_LINES: Final = ("revision", "down_revision")
# Pythons before 3.11.5 cannot make syntax trees in two threads at once (gh-106905).
_ONE_AT_A_TIME: Final = threading.Lock()


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Tables that are made, migrated, backed up and restored together.

    Attributes:
        name: a word, such as ``casework``; names the table that keeps the version.
        metadata: the tables as this program uses them.
        migrations: dotted name of the package whose folder ``versions`` holds the Alembic revisions.
    """

    name: str
    metadata: MetaData
    migrations: str

    @property
    def version_table(self) -> str:
        """The table in which a database of this family keeps its revisions."""
        return f"{self.name}_version"

    @property
    def folder(self) -> Path:
        """Where the migrations lie."""
        spec = importlib.util.find_spec(self.migrations)
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError(f"there is no package {self.migrations}")
        return Path(next(iter(spec.submodule_search_locations)))

    def heads(self) -> frozenset[str]:
        """The revisions that nothing follows: what an up-to-date database is at.

        Read off the files, because importing Alembic costs more time than most commands take.
        """
        with _ONE_AT_A_TIME:
            return _heads(self.folder / "versions")


@functools.cache
def _heads(folder: Path) -> frozenset[str]:
    """The revisions in a folder that nothing follows; what the program is installed with does not change."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for path in sorted(folder.glob("*.py")):
        said = _assigned(path)
        revision = said.get("revision")
        if not isinstance(revision, str):
            raise TypeError(f"{path} does not say its revision in a line of its own")
        revisions.add(revision)
        before = said.get("down_revision")
        followed.update((before,) if isinstance(before, str) else before or ())
    return frozenset(revisions - followed)


def _assigned(path: Path) -> dict[str, str | tuple[str, ...] | None]:
    """The revision and what it follows, as a migration's file says."""
    found = {}
    for statement in ast.parse(path.read_bytes(), filename=str(path)).body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name in _LINES:
                found[name] = ast.literal_eval(value)
    return found
