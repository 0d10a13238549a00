"""What proves that a request is a member's: a signature, a client certificate, or, where agreed, a token alone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.sharing.signing import Signed, verify

if TYPE_CHECKING:
    from stillwatch.hub.members import Caller, Directory


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What was received, as a signature covers it.

    Attributes:
        url: absolute, with the host that the client named.
        headers: every line.
    """

    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """How a submission was proven.

    Attributes:
        kind: ``signature``, ``certificate`` or ``token``.
        signed: what was signed, with the first kind.
    """

    kind: str
    signed: Signed | None = None


def prove(caller: Caller, directory: Directory, authorities: frozenset[str], request: Request) -> Proof:
    """Find out what proves a request.

    A signature that is there has to hold, whatever else proves the request.

    Args:
        caller: who says that it is theirs.
        directory: finds keys.
        authorities: hosts (with ports) under which the hub is reached; a signature for another one does not count here.
        request: what was received.

    Raises:
        StillwatchError: the signature does not hold, or nothing that suffices is there.
    """
    names = {name.lower() for name, _ in request.headers}
    if "signature" in names or "signature-input" in names:
        return Proof("signature", _signed(caller, directory, authorities, request))
    if caller.certified:
        return Proof("certificate")
    if caller.member.unsigned_writes:
        return Proof("token")
    raise StillwatchError(
        "writing needs a signature over the request",
        code="SW-HUB-14",
        hint="sign it (RFC 9421, Ed25519), show a client certificate, or have the hub's operator allow unsigned writes",
    )


def _signed(caller: Caller, directory: Directory, authorities: frozenset[str], request: Request) -> Signed:
    hosts = [value.strip().lower() for name, value in request.headers if name.lower() == "host"]
    if len(hosts) != 1 or hosts[0] not in authorities:
        raise StillwatchError(
            "the request was signed for another host",
            code="SW-HUB-14",
            hint="sign and send it under the address that the hub's discovery names",
        )
    return verify(
        request.method,
        request.url,
        request.headers,
        request.body,
        lambda key_id: directory.key(caller.member, key_id),
        clock.now(),
    )
