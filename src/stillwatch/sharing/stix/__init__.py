"""Core types as STIX 2.1 objects and back; own knowledge travels in published property extensions."""

from __future__ import annotations

from stillwatch.sharing.stix.convert import from_stix, to_stix

__all__ = ["from_stix", "to_stix"]
