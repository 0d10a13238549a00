"""Media types: what a client accepts and what it sent, read leniently where real clients need it.

Source: TAXII 2.1, section 1.6.8; RFC 9110, section 12.5.1.
"""

from __future__ import annotations

from typing import Final

from stillwatch.errors import StillwatchError

TAXII: Final = "application/taxii+json;version=2.1"
STIX: Final = "application/stix+json;version=2.1"
VERSIONS: Final = (TAXII,)
_TYPE: Final = "application/taxii+json"
_RANGES: Final = frozenset({"*/*", "application/*", _TYPE, "application/json"})
_LONGEST: Final = 1_000


def check_accept(header: str | None) -> None:
    """Let a client pass that takes TAXII 2.1.

    A list such as ``application/json, text/plain, */*`` passes: real clients send it.

    Raises:
        StillwatchError: it takes only other types, or another version.
    """
    if header is None or not header.strip():
        return
    if any(_takes(part) for part in header[:_LONGEST].split(",")):
        return
    raise StillwatchError(
        "the client takes none of the media types that are given here",
        code="SW-HUB-06",
        hint=f"send the header Accept: {TAXII}",
    )


def check_content(header: str | None, encoding: str | None) -> None:
    """Let a body pass that says it is TAXII 2.1, as it is.

    Raises:
        StillwatchError: it is something else, or packed.
    """
    name, parameters = _parsed(header or "")
    if name != _TYPE or parameters.get("version", "2.1") != "2.1":
        raise StillwatchError(
            "the body is of a media type that is not taken here",
            code="SW-HUB-15",
            hint=f"send the header Content-Type: {TAXII}",
        )
    if (encoding or "identity").strip().lower() != "identity":
        raise StillwatchError(
            "the body is packed, and only plain bodies are taken",
            code="SW-HUB-15",
            hint="send it without Content-Encoding",
        )


def _takes(part: str) -> bool:
    name, parameters = _parsed(part)
    if name not in _RANGES or parameters.get("q", "1").rstrip("0") in ("", "0.", "0"):
        return False
    return name != _TYPE or parameters.get("version", "2.1") == "2.1"


def _parsed(text: str) -> tuple[str, dict[str, str]]:
    """A media type's name and parameters, in small letters."""
    name, *rest = text.lower().split(";")
    pairs = (part.partition("=") for part in rest)
    return name.strip(), {key.strip(): value.strip().strip('"') for key, _, value in pairs}
