"""Whether an ID token is what it claims to be (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

import datetime
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.people.oidc_provider import OidcProvider

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
"""Signatures with a key that only the provider has; nothing that is shared, and never none."""

_LEEWAY_SECONDS: Final = 60
_OLDEST_SECONDS: Final = 600
"""A token of a login that has just happened is not older than this."""


def claims_of(token: str, provider: OidcProvider, nonce: str, now: datetime.datetime) -> Mapping[str, Any]:
    """The claims of a token that holds.

    Args:
        token: as the provider gave it.
        provider: its keys are asked for anew if the token names one that is not known: keys change.
        nonce: what was sent with this login.
        now: the present moment.

    Raises:
        StillwatchError: SW-PPL-43 the signature is not by a key of the provider; SW-PPL-44 a claim is missing or wrong.
    """
    claims = _signed(token, provider)
    seconds = int(now.timestamp())
    registry = jwt.JWTClaimsRegistry(
        now=seconds,
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.settings.issuer},
        aud={"essential": True, "value": provider.settings.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True},
    )
    try:
        registry.validate(dict(claims))
    except JoseError as error:
        raise _wrong(str(getattr(error, "claim", "") or "a claim")) from error
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise _wrong("nonce")
    if seconds - int(claims["iat"]) > _OLDEST_SECONDS:
        raise _wrong("iat")
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if several else provider.settings.client_id) != provider.settings.client_id:
        raise _wrong("azp")
    if not claims["sub"] or len(claims["sub"]) > 255:
        raise _wrong("sub")
    return claims


def _signed(token: str, provider: OidcProvider) -> Mapping[str, Any]:
    """The claims, if a key of the provider signed them."""
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
        known = {key.kid for key in provider.keys().keys}
        keys = provider.keys(anew=kid not in known)
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, UnicodeError) as error:
        raise StillwatchError(
            "the ID token is not signed by a key of the login provider", code="SW-PPL-43", hint="begin again"
        ) from error
    return claims


def _wrong(claim: str) -> StillwatchError:
    return StillwatchError(
        f"the ID token does not hold: {claim} is missing or wrong", code="SW-PPL-44", hint="begin again"
    )
