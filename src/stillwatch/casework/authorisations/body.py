"""An authorisation as canonical JSON: what is stored, approved by its digest, and read back unchanged."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import orjson
from blake3 import blake3

from stillwatch.core.authorisation import Authorisation, AuthorisationKind, Period

_NUMBERS: Final = ("client", "system")
_TUPLES: Final = ("accounts", "organizations", "models")


def body_of(authorisation: Authorisation) -> bytes:
    """The authorisation's bytes, equal whenever its content is; fingerprints are hexadecimal, shares are text."""
    fields = dataclasses.asdict(authorisation)
    fields["api_keys"] = [f"{key:016x}" for key in authorisation.api_keys]
    fields |= {name: f"{fields[name]:016x}" for name in _NUMBERS}
    fields["end_users"] = repr(authorisation.end_users)
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def digest_of(body: bytes) -> str:
    """The digest by which an authorisation is approved."""
    return blake3(body).hexdigest()


def authorisation_of(body: bytes | str) -> Authorisation:
    """The authorisation that `body_of` wrote."""
    fields: dict[str, Any] = orjson.loads(body)
    fields["kind"] = AuthorisationKind(fields["kind"])
    fields["period"] = Period(fields["period"])
    fields["api_keys"] = tuple(int(key, 16) for key in fields["api_keys"])
    fields |= {name: int(fields[name], 16) for name in _NUMBERS}
    fields |= {name: tuple(fields[name]) for name in _TUPLES}
    fields["end_users"] = float(fields["end_users"])
    return Authorisation(**fields)


def fingerprinted(authorisation: Authorisation) -> bool:
    """Whether anything in it was made with the lab's key, so that another key could not find it in traffic."""
    return bool(authorisation.api_keys or authorisation.client or authorisation.system)
