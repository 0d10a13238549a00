"""What every answer tells the browser: run nothing foreign, keep nothing, be framed by nobody."""

from __future__ import annotations

from typing import Final

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The content security policy of every page."""

_ALWAYS: Final = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_KEPT: Final = "public, max-age=31536000, immutable"
_NOT_KEPT: Final = "no-store"
_TRANSPORT: Final = "max-age=31536000"


def security_headers(*, secure: bool, static: bool = False) -> dict[str, str]:
    """Headers of an answer.

    Args:
        secure: whether browsers reach the console by https.
        static: whether it is a file whose address changes with its content.
    """
    headers = {**_ALWAYS, "cache-control": _KEPT if static else _NOT_KEPT}
    if secure:
        headers["strict-transport-security"] = _TRANSPORT
    return headers
