"""The hub's tables: one metadata, a module a part; a module in this folder is found by itself.

Members and their credentials, submissions as they came, objects as they are given out, and the log beside them.
"""

from __future__ import annotations

import importlib
import pkgutil

from stillwatch.hub.tables.metadata import METADATA
from stillwatch.storage.ledger.tables import ledger_tables
from stillwatch.storage.sql.family import Family

__all__ = ["HUB", "METADATA"]

ledger_tables(METADATA)
for _module in sorted(found.name for found in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")

HUB = Family("hub", METADATA, "stillwatch.hub.migrations")
"""Everything the hub keeps in its database."""
