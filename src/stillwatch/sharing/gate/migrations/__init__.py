"""Alembic revisions of the gate's own database."""
