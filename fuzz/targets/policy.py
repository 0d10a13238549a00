"""Policies in YAML with conditions in CEL."""

from __future__ import annotations

from fuzz.files import through_file
from stillwatch.enforcement.policy import Policy

DESCRIPTION = "policy files"


def attempt(data: bytes) -> None:
    """The policy is read with every mistake in it, and the usable ones are compiled."""
    through_file(Policy.load, data, "policy.yaml")
