"""A family of tables with every kind of column, in two versions and on two lines of revisions."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import sqlalchemy as sa

from stillwatch.storage.sql import Family

_FIRST = """
    import sqlalchemy as sa
    from alembic import op
    revision = "first_01"
    down_revision = None
    def upgrade():
        op.create_table(
            "things",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("name", sa.Text(), nullable=False, unique=True),
            sa.Column("yes", sa.Boolean()),
            sa.Column("share", sa.Float()),
            sa.Column("many", sa.BigInteger()),
            sa.Column("data", sa.LargeBinary()),
            sa.Column("more", sa.JSON()),
        )
"""
_SECOND = """
    import sqlalchemy as sa
    from alembic import op
    revision = "first_02"
    down_revision = "first_01"
    def upgrade():
        op.add_column("things", sa.Column("later", sa.Text(), server_default="as ever"))
"""
_OTHER = """
    import sqlalchemy as sa
    from alembic import op
    revision = "other_01"
    down_revision = "first_01"
    def upgrade():
        op.create_table(
            "parts",
            sa.Column("thing", sa.Integer(), sa.ForeignKey("things.id"), primary_key=True),
            sa.Column("word", sa.Text(), primary_key=True),
        )
"""


def make_family(folder: Path, name: str, *, versions: int) -> tuple[Family, sa.Table]:
    """A family whose migrations lie in a folder; one version of it, or the later one."""
    package = f"migrations_{name}_{versions}_{folder.name.replace('-', '_')}"
    (folder / package / "versions").mkdir(parents=True)
    (folder / package / "__init__.py").touch()
    files = {"first_01": _FIRST} | ({"first_02": _SECOND, "other_01": _OTHER} if versions == 2 else {})
    for file, content in files.items():
        (folder / package / "versions" / f"{file}.py").write_text(dedent(content))
    sys.path.insert(0, str(folder))
    metadata = sa.MetaData()
    things = sa.Table(
        "things",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("yes", sa.Boolean),
        sa.Column("share", sa.Float),
        sa.Column("many", sa.BigInteger),
        sa.Column("data", sa.LargeBinary),
        sa.Column("more", sa.JSON),
        *([sa.Column("later", sa.Text)] if versions == 2 else []),
    )
    return Family(name, metadata, package), things
