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
_NUMBER: Final = 8
_NO_TIME: Final = -(2**63)


class Pages:
    """Makes and opens paging tokens.

    Args:
        key: 32 secret bytes of this hub.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, place: int, after: int | None, *context: bytes) -> str:
        """A token for what comes after a place.

        Args:
            place: when the last object of the page was added, microseconds since 1970.
            after: ``added_after`` of the question.
            context: what the token is bound to besides.
        """
        numbers = (place, _NO_TIME if after is None else after)
        raw = b"".join(each.to_bytes(_NUMBER, "big", signed=True) for each in numbers)
        return base64.urlsafe_b64encode(raw + self._seal(raw, context)).rstrip(b"=").decode()

    def place(self, token: str, after: int | None, *context: bytes) -> int:
        """The place a token stands for.

        Args:
            token: as the client sent it.
            after: ``added_after`` of the question. Clients may leave it out where they give the token (OpenCTI's do):
                the place is later than it anyway.
            context: what the token is bound to besides.

        Raises:
            StillwatchError: it was not made here, not for this question, or has been altered.
        """
        try:
            padded = token.encode("ascii") + b"=" * (-len(token) % 4)
            data = base64.b64decode(padded, altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            data = b""
        raw, seal = data[: 2 * _NUMBER], data[2 * _NUMBER :]
        place = int.from_bytes(raw[:_NUMBER], "big", signed=True)
        asked = int.from_bytes(raw[_NUMBER:], "big", signed=True)
        sealed_after = None if asked == _NO_TIME else asked
        # a second spelling of the same bytes would be a second token, so only the one that was given out counts
        whole = len(data) == 2 * _NUMBER + _SEAL and self.token(place, sealed_after, *context) == token
        same = after is None or after == sealed_after
        if not (hmac.compare_digest(seal, self._seal(raw, context)) and whole and same):
            raise StillwatchError(
                "the parameter next does not belong to this question",
                code="SW-HUB-02",
                hint="repeat the filters of the page before as they were, or begin again without next",
            )
        return place

    def _seal(self, raw: bytes, context: tuple[bytes, ...]) -> bytes:
        bound = b"".join(len(part).to_bytes(4, "big") + part for part in context)
        return hmac.digest(self._key, b"page" + raw + bound, "sha256")[:_SEAL]
