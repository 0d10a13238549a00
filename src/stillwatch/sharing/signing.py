"""How a member signs what it sends to the hub, and how the hub checks it: HTTP message signatures, Ed25519.

The member's client signs, the hub verifies and keeps what was signed beside the objects, so that an auditor can prove
later who sent them. Sources: RFC 9421 (message signatures), RFC 9530 (content digest), RFC 8032 (Ed25519).
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import datetime
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature as WrongSignature
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from stillwatch.errors import StillwatchError
from stillwatch.sharing.keys import key_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TAG: Final = "stillwatch-hub"
"""What the signature is for; one made for another purpose does not count here."""
COVERED: Final = ("@method", "@authority", "@path", "@query", "content-type", "content-digest")
OLDEST_S: Final = 300
"""A request signed longer ago is refused."""
AHEAD_S: Final = 60
"""How far a member's clock may be ahead of the hub's."""
_NONCE_BYTES: Final = 18
_LONGEST_NONCE: Final = 64


@dataclasses.dataclass(frozen=True, slots=True)
class Signed:
    """A request whose signature holds.

    Attributes:
        key_id: which key signed it.
        nonce: used once; who verifies has to remember it for ``OLDEST_S + AHEAD_S`` seconds.
        created: when it was signed, seconds since 1970.
        base: the bytes that were signed (RFC 9421, section 2.5), the content's digest among them.
        signature: 64 bytes.
    """

    key_id: str
    nonce: str
    created: int
    base: bytes
    signature: bytes


class _Message:
    """A request as the library wants to see it."""

    def __init__(self, method: str, url: str, headers: Any) -> None:
        self.method = method
        self.url = url
        self.headers = headers


class _Lines:
    """Header lines, each as it came, names in any case and any number of times."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        self._lines = lines

    def items(self) -> list[tuple[str, str]]:
        """Names and values."""
        return self._lines


class _Keys(HTTPSignatureKeyResolver):
    """Finds keys in a function; one key in the case of signing."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        self._find = find

    def resolve_public_key(self, key_id: str) -> Any:
        return self._find(key_id)

    def resolve_private_key(self, key_id: str) -> Any:
        return self._find(key_id)


class _Verifier(HTTPMessageVerifier):
    """Leaves times to `verify`, which is told what time it is."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Nothing; see `_timely`."""


def sign(
    method: str, url: str, body: bytes, content_type: str, key: Ed25519PrivateKey, now: datetime.datetime
) -> dict[str, str]:
    """The headers that a signed request needs.

    Args:
        method: in capitals.
        url: absolute, as it will be requested.
        body: the bytes as they will be sent.
        content_type: goes into the headers that are returned.
        key: the member's.
        now: the member's time, aware.

    Returns:
        Content-Type, Content-Digest, Signature-Input and Signature; a new nonce each time.
    """
    headers = {"Content-Type": content_type}
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_Keys(lambda _: key))
    signer.sign(
        _Message(method, url, headers),
        key_id=key_id(key.public_key()),
        created=now,
        nonce=secrets.token_urlsafe(_NONCE_BYTES),
        label="sig1",
        tag=TAG,
        covered_component_ids=COVERED,
        body=body,
    )
    return headers


def verify(
    method: str,
    url: str,
    headers: list[tuple[str, str]],
    body: bytes,
    find_key: Callable[[str], Ed25519PublicKey | None],
    now: datetime.datetime,
) -> Signed:
    """Check a request's signature, its content's digest and its age.

    Args:
        method: as it was received.
        url: absolute, its host as the Host header said.
        headers: every header line as it was received.
        body: the bytes as they were received.
        find_key: the key of that id; None for one that nobody has.
        now: the time here, aware.

    Raises:
        StillwatchError: there is no signature, it does not hold, or it is too old or from the future.
    """
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_Keys(find_key))
    try:
        results = verifier.verify(
            _Message(method, url, _Lines(headers)),
            max_age=None,
            expect_tag=TAG,
            require_components=COVERED,
            body=body,
        )
    except InvalidSignature as error:
        raise _bad(_reason(error)) from error
    except (HTTPMessageSignaturesException, ValueError, TypeError) as error:
        raise _bad("it cannot be read") from error
    if len(results) != 1:
        raise _bad("there are several")
    result = results[0]
    created = result.parameters.get("created")
    nonce = result.nonce
    if not isinstance(created, int) or not nonce or len(nonce) > _LONGEST_NONCE:
        raise _bad(f"it needs `created` and a `nonce` of at most {_LONGEST_NONCE} characters")
    _timely(created, result.parameters.get("expires"), now)
    base = "\n".join(f"{name}: {value}" for name, value in result.covered_components.items())
    return Signed(
        str(result.parameters["keyid"]), nonce, created, base.encode("ascii"), _bytes(headers, result.label)
    )


def holds(base: bytes, signature: bytes, key: Ed25519PublicKey, digest: bytes) -> bool:
    """Whether kept bytes were signed by a key and name a content's digest.

    Args:
        base: as `Signed` has it.
        signature: as `Signed` has it.
        key: of the member that is said to have signed.
        digest: SHA-256 of the content that is said to have been signed.
    """
    named = f"sha-256=:{base64.b64encode(digest).decode()}:"
    lines = base.decode("ascii", errors="replace").split("\n")
    if not any(line.startswith('"content-digest": ') and named in line for line in lines):
        return False
    with contextlib.suppress(WrongSignature):
        key.verify(signature, base)
        return True
    return False


def _timely(created: int, expires: object, now: datetime.datetime) -> None:
    seconds = now.timestamp()
    if created > seconds + AHEAD_S:
        raise _bad(
            f"it was made {created - seconds:.0f} s in the future; check the clock, {AHEAD_S} s are allowed"
        )
    if created < seconds - OLDEST_S:
        raise _bad(
            f"it was made {seconds - created:.0f} s ago; at most {OLDEST_S} s are allowed, check the clock"
        )
    if isinstance(expires, int) and expires < seconds - AHEAD_S:
        raise _bad("it has expired")


def _bytes(headers: list[tuple[str, str]], label: str) -> bytes:
    """The signature itself, which the library's result leaves out."""
    value = ", ".join(value for name, value in headers if name.lower() == "signature")
    parsed: Mapping[str, Any] = HTTPMessageVerifier._parse_signature_dictionary(value)
    return bytes(parsed[label].value)


def _reason(error: InvalidSignature) -> str:
    """What was wrong, in words of ours where the library only passes on what another one raised."""
    cause = error.__cause__
    if isinstance(cause, WrongSignature):
        return "it does not fit the request and the key"
    words = str(error)
    if "verification key" in words:
        return "its key is not registered for this member"
    return words[0].lower() + words[1:] if words else "it does not hold"


def _bad(reason: str) -> StillwatchError:
    return StillwatchError(
        f"the request's signature does not count: {reason}",
        code="SW-SIGN-00",
        hint=f"sign {', '.join(COVERED)} with Ed25519 and the tag {TAG} (RFC 9421)",
    )
