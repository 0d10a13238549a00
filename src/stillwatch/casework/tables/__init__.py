"""The tables of casework, one module a subject; all of them register on one metadata."""

from __future__ import annotations

from typing import Final

import sqlalchemy

METADATA: Final = sqlalchemy.MetaData()
