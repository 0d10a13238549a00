"""Where a page ended, sealed: a token fits one member, one collection, one question, and nobody can make one.

Pages go by the time at which an object was added, which no two objects share, so that they end and repeat nothing.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final

from stillwatch.errors import StillwatchError

_SEAL: Final = 16
_PLACE: Final = 8


class Pages:
    """Makes and opens paging tokens.

    Args:
        key: 32 secret bytes of this hub.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, place: int, *context: bytes) -> str:
        """A token for what comes after a place.

        Args:
            place: when the last object of the page was added, microseconds since 1970.
            context: what the token is bound to.
        """
        raw = place.to_bytes(_PLACE, "big")
        return base64.urlsafe_b64encode(raw + self._seal(raw, context)).rstrip(b"=").decode()

    def place(self, token: str, *context: bytes) -> int:
        """The place a token stands for.

        Raises:
            StillwatchError: it was not made here, not for this question, or has been altered.
        """
        try:
            data = base64.b64decode(token.encode("ascii") + b"==", altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            data = b""
        raw, seal = data[:_PLACE], data[_PLACE:]
        # a second spelling of the same bytes would be a second token, so only the one that was given out counts
        whole = len(data) == _PLACE + _SEAL and self.token(int.from_bytes(raw, "big"), *context) == token
        if not (hmac.compare_digest(seal, self._seal(raw, context)) and whole):
            raise StillwatchError(
                "the parameter next does not belong to this question",
                code="SW-HUB-02",
                hint="repeat the filters of the page before as they were, or begin again without next",
            )
        return int.from_bytes(raw, "big")

    def _seal(self, raw: bytes, context: tuple[bytes, ...]) -> bytes:
        bound = b"".join(len(part).to_bytes(4, "big") + part for part in context)
        return hmac.digest(self._key, b"page" + raw + bound, "sha256")[:_SEAL]
