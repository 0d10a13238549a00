"""How blinded identifiers and template signatures are written in an indicator, and read back.

``blinded`` is ``EPOCH:WHAT:HEX`` with 32 bytes, ``template`` is ``EPOCH:HEX`` with 64 slots of 32 bits, big end first.
An epoch is called ``e`` and a number, so that its name can carry nothing.
"""

from __future__ import annotations

import dataclasses
import enum
import hmac
import re
from typing import Final

from stillwatch.errors import StillwatchError

TOKEN_BYTES: Final = 32
SLOTS: Final = 64
SIGNATURE_BYTES: Final = 4 * SLOTS
EPOCH: Final = re.compile(r"e[1-9][0-9]{0,3}", re.ASCII)
_TOKEN: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SIGNATURE: Final = re.compile(r"[0-9a-f]{512}", re.ASCII)


class What(enum.StrEnum):
    """Kinds of identifiers that may be blinded."""

    PAYMENT = "payment"
    API_CLIENT = "api_client"
    ORGANIZATION_DOMAIN = "organization_domain"


@dataclasses.dataclass(frozen=True, slots=True)
class Blinded:
    """One blinded identifier.

    Attributes:
        epoch: ``e`` and a number.
        token: 32 bytes; equal for equal identifiers of a kind within an epoch.
    """

    epoch: str
    what: What
    token: bytes

    def __str__(self) -> str:
        return f"{self.epoch}:{self.what}:{self.token.hex()}"

    def same(self, other: Blinded) -> bool:
        """Whether both stand for one identifier, in a time that does not depend on where they differ."""
        return (self.epoch, self.what) == (other.epoch, other.what) and hmac.compare_digest(
            self.token, other.token
        )

    @staticmethod
    def parse(text: str) -> Blinded:
        """Read an indicator's value.

        Raises:
            StillwatchError: SW-MATCH-04 where it is not of that form; the text is not quoted.
        """
        parts = text.split(":")
        if len(parts) != 3 or not EPOCH.fullmatch(parts[0]) or not _TOKEN.fullmatch(parts[2]):
            raise _malformed("blinded identifier", "EPOCH:WHAT:HEX with 32 bytes, such as e4:payment:…")
        if parts[1] not in set(What):
            raise _malformed("blinded identifier", f"WHAT is one of {', '.join(What)}")
        return Blinded(parts[0], What(parts[1]), bytes.fromhex(parts[2]))


@dataclasses.dataclass(frozen=True, slots=True)
class Template:
    """One signature of a prompt template.

    Attributes:
        epoch: of the key it was made with; signatures of two epochs cannot be compared.
        signature: 64 slots of 32 bits, big end first.
    """

    epoch: str
    signature: bytes

    def __str__(self) -> str:
        return f"{self.epoch}:{self.signature.hex()}"

    @staticmethod
    def parse(text: str) -> Template:
        """Read an indicator's value.

        Raises:
            StillwatchError: SW-MATCH-04 where it is not of that form; the text is not quoted.
        """
        epoch, _, digits = text.partition(":")
        if not EPOCH.fullmatch(epoch) or not _SIGNATURE.fullmatch(digits):
            raise _malformed("template signature", f"EPOCH:HEX with {SIGNATURE_BYTES} bytes, such as e4:…")
        return Template(epoch, bytes.fromhex(digits))


def _malformed(what: str, form: str) -> StillwatchError:
    return StillwatchError(f"this is no {what}", code="SW-MATCH-04", hint=f"its form is {form}")
