"""What the hub keeps: members and their credentials, submissions as they came, objects as they are given out.

``METADATA`` holds every table of the family ``hub``; the migrations in ``hub/migrations`` bring a database to it.
"""

from stillwatch.hub.tables.metadata import METADATA

__all__ = ["METADATA"]
