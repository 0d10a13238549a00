"""Identifiers that never change: the project's identity, its extension definitions, and where schemas are published."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

StixObject: TypeAlias = dict[str, Any]
"""A STIX object as JSON gives it."""

PROJECT: Final = "identity--b8ab5ae2-f091-4481-a9f1-bce06dad4f0b"
INDICATOR: Final = "extension-definition--eb209a0a-fe35-4d57-adac-ccfe4103c82b"
SIGHTING: Final = "extension-definition--7781ff7c-32f7-4e52-8808-7da5184eeac9"
CAMPAIGN: Final = "extension-definition--21aae2f5-42a8-49ef-9134-e31be3251346"
INFRASTRUCTURE: Final = "extension-definition--7c52b5b0-47d7-4db0-89c5-523d76f6f522"

EXTENSION_OF: Final = {
    "indicator": INDICATOR,
    "sighting": SIGHTING,
    "campaign": CAMPAIGN,
    "infrastructure": INFRASTRUCTURE,
}
"""The extension that objects of a type carry, and the only one they may."""

PUBLISHED: Final = "2026-11-23"
"""Day of these definitions, as their ``created`` and ``modified``."""

SCHEMAS_AT: Final = "https://stillwatch.example/docs/schemas/"
LABEL: Final = "owasp-llm10-2025"
"""OWASP's Top 10 for LLM applications, 2025: unbounded consumption, model theft included."""
