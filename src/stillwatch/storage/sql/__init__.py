"""Relational storage behind one URL: an SQLite file or a PostgreSQL server; cases and the hub stand on it."""

from stillwatch.storage.sql.database import SqlDatabase
from stillwatch.storage.sql.family import Family
from stillwatch.storage.sql.urls import database_url

__all__ = ["Family", "SqlDatabase", "database_url"]
