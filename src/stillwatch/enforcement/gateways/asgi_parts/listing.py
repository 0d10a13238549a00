"""Lists of models, without those that an account is not to see."""

from __future__ import annotations

import json
from typing import Any


def is_listing(path: str) -> bool:
    """Whether a path lists models."""
    return path.rstrip("/").endswith("/models")


def names_hidden_model(path: str, hidden: tuple[str, ...]) -> bool:
    """Whether a path asks for one model that is hidden."""
    before, found, name = path.rstrip("/").rpartition("/models/")
    del before
    return bool(found) and name in hidden


def without_models(path: str, body: bytes, hidden: tuple[str, ...]) -> bytes:
    """A list of models without the hidden ones; any other body as it is."""
    if not hidden or not is_listing(path):
        return body
    try:
        listed: Any = json.loads(body)
    except (ValueError, RecursionError):
        return body
    for field in ("data", "models"):
        rows = listed.get(field) if isinstance(listed, dict) else None
        if isinstance(rows, list):
            listed[field] = [row for row in rows if not _names(row) & set(hidden)]
    return json.dumps(listed).encode()


def _names(row: object) -> set[str]:
    """What an entry of a list is called, with and without the folder some dialects write before it."""
    if not isinstance(row, dict):
        return {str(row)}
    found = {str(row[field]) for field in ("id", "name", "model") if row.get(field)}
    return found | {name.removeprefix("models/") for name in found}
