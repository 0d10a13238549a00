"""Casework's tables: one metadata, a module a part; a module in this folder is found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from stillwatch.casework.tables.metadata import METADATA
from stillwatch.storage.ledger.tables import ledger_tables
from stillwatch.storage.sql.family import Family

__all__ = ["CASEWORK", "METADATA"]

ledger_tables(METADATA)
for _module in sorted(found.name for found in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")

CASEWORK = Family("casework", METADATA, "stillwatch.casework.migrations")
"""Everything casework keeps in its database."""
