"""Own blinded identifiers against received ones, without letting time tell where two differ."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from blake3 import blake3

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.sharing.matching.values import Blinded

_KEY_BYTES: Final = 32


class BlindedIndex:
    """Received blinded identifiers, ready to be looked up.

    They are kept by a keyed hash whose key is made anew for each index and compared in constant time, so that whoever
    can measure a look-up learns nothing of what is in it.

    Args:
        received: blinded identifiers with what to give back for each, such as an indicator's id.
    """

    def __init__(self, received: Iterable[tuple[Blinded, str]]) -> None:
        self._key = secrets.token_bytes(_KEY_BYTES)
        self._places: dict[bytes, list[tuple[Blinded, str]]] = {}
        for blinded, label in received:
            self._places.setdefault(self._place(blinded), []).append((blinded, label))

    def find(self, own: Blinded) -> list[str]:
        """What stands for the same identifier, in the order received."""
        return [label for blinded, label in self._places.get(self._place(own), ()) if blinded.same(own)]

    def _place(self, blinded: Blinded) -> bytes:
        return blake3(str(blinded).encode(), key=self._key).digest(length=16)
