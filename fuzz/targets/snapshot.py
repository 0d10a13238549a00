"""The last known decisions, as a gateway keeps them for when the node is away."""

from __future__ import annotations

from stillwatch.enforcement.snapshot_file import from_bytes, to_bytes

DESCRIPTION = "decision snapshots at gateways"


def attempt(data: bytes) -> None:
    """A snapshot that is taken is written as it was."""
    taken = from_bytes(data)
    assert from_bytes(to_bytes(taken)).version == taken.version
