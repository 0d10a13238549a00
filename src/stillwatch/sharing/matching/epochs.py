"""Epochs of the key service: which key is in use, until when, and a signed list of them that members can hold it to.

In an epoch new indicators are blinded with its key. After it the service still evaluates for a while, so that what
was shared can be looked for; then the key is destroyed, and with it the last chance to turn an old token back.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime
import hashlib
from typing import Any, Final

import msgspec
import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.matching.values import EPOCH
from stillwatch.sharing.matching.voprf import ELEMENT_BYTES

_CONTEXT: Final = b"stillwatch epoch list, version 1\n"
_MOST_EPOCHS: Final = 64


@dataclasses.dataclass(frozen=True, slots=True)
class Epoch:
    """One key and its times.

    Attributes:
        name: ``e`` and a number, counting up.
        public_key: 32 bytes, against which proofs are checked.
        begins: from when on new indicators use it.
        ends: until when they do.
        evaluated_until: until when the service evaluates with it; then the key is destroyed.
    """

    name: str
    public_key: bytes
    begins: datetime.datetime
    ends: datetime.datetime
    evaluated_until: datetime.datetime

    @property
    def number(self) -> int:
        """The number in its name."""
        return int(self.name[1:])

    def current(self, now: datetime.datetime) -> bool:
        """Whether new indicators use it."""
        return self.begins <= now < self.ends

    def evaluated(self, now: datetime.datetime) -> bool:
        """Whether the service evaluates with it."""
        return self.begins <= now < self.evaluated_until


@dataclasses.dataclass(frozen=True, slots=True)
class EpochList:
    """What a key service announces.

    Attributes:
        service: its name.
        serial: counts up with every change; a lower one than known is a replay.
        issued: when it was signed.
        epochs: by number, those whose key is destroyed as well for as long as the service lists them.
    """

    service: str
    serial: int
    issued: datetime.datetime
    epochs: tuple[Epoch, ...]

    def current(self, now: datetime.datetime) -> Epoch:
        """The epoch for new indicators: the latest, where two overlap.

        Raises:
            StillwatchError: SW-MATCH-11 where none is in use.
        """
        found = [epoch for epoch in self.epochs if epoch.current(now)]
        if not found:
            raise StillwatchError(
                "the key service has no epoch in use",
                code="SW-MATCH-11",
                hint="ask its operator to make one (`stillwatch keyservice rotate`), and check this machine's clock",
                exit_code=ExitCode.REMOTE_FAILED,
            )
        return max(found, key=lambda epoch: epoch.number)

    def evaluated(self, now: datetime.datetime) -> list[Epoch]:
        """Epochs with which the service evaluates, the latest first."""
        usable = [epoch for epoch in self.epochs if epoch.evaluated(now)]
        return sorted(usable, key=lambda epoch: -epoch.number)

    def find(self, name: str) -> Epoch | None:
        """The epoch of that name."""
        return next((epoch for epoch in self.epochs if epoch.name == name), None)

    def digest(self) -> str:
        """Eight groups of four hex digits over names and keys, for members to compare on another way."""
        keys = b"".join(e.name.encode() + b"\0" + e.public_key for e in self.epochs)
        digits = hashlib.blake2b(keys, digest_size=16, person=b"epoch keys").hexdigest()
        return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


class _WireEpoch(msgspec.Struct, forbid_unknown_fields=True):
    epoch: str
    public_key: str
    begins: datetime.datetime
    ends: datetime.datetime
    evaluated_until: datetime.datetime


class _WireList(msgspec.Struct, forbid_unknown_fields=True):
    service: str
    serial: int
    issued: datetime.datetime
    epochs: list[_WireEpoch]
    signature: str


def signed(listed: EpochList, key: Ed25519PrivateKey) -> bytes:
    """An epoch list as JSON with its signature."""
    content = _content(listed)
    signature = key.sign(_CONTEXT + _canonical(content))
    return orjson.dumps({**content, "signature": base64.b64encode(signature).decode()})


def verified(data: bytes, key: bytes) -> EpochList:
    """Read a signed epoch list.

    Args:
        data: what the service sent.
        key: its Ed25519 key, 32 bytes, known beforehand.

    Raises:
        StillwatchError: SW-MATCH-12 where it is malformed, SW-MATCH-13 where the signature is another's.
    """
    try:
        wire = msgspec.json.decode(data, type=_WireList)
        listed = EpochList(
            wire.service, wire.serial, wire.issued, tuple(_epoch(each) for each in wire.epochs)
        )
        signature = base64.b64decode(wire.signature, validate=True)
        _check(listed)
    except (msgspec.MsgspecError, ValueError, binascii.Error, RecursionError) as error:
        raise StillwatchError(
            "the key service's epoch list cannot be read",
            code="SW-MATCH-12",
            hint="is the address that of a key service of this version?",
            exit_code=ExitCode.REMOTE_FAILED,
        ) from error
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _CONTEXT + _canonical(_content(listed)))
    except (InvalidSignature, ValueError) as error:
        raise StillwatchError(
            "the epoch list is not signed by the key service that is known here",
            code="SW-MATCH-13",
            hint="ask the operator, on another way, whether the signing key was replaced",
            exit_code=ExitCode.REMOTE_FAILED,
        ) from error
    return listed


def _content(listed: EpochList) -> dict[str, Any]:
    return {
        "service": listed.service,
        "serial": listed.serial,
        "issued": _moment(listed.issued),
        "epochs": [
            {
                "epoch": e.name,
                "public_key": base64.b64encode(e.public_key).decode(),
                "begins": _moment(e.begins),
                "ends": _moment(e.ends),
                "evaluated_until": _moment(e.evaluated_until),
            }
            for e in listed.epochs
        ],
    }


def _canonical(content: dict[str, Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def _moment(when: datetime.datetime) -> str:
    return when.astimezone(datetime.UTC).isoformat(timespec="seconds")


def _epoch(wire: _WireEpoch) -> Epoch:
    key = base64.b64decode(wire.public_key, validate=True)
    return Epoch(wire.epoch, key, wire.begins, wire.ends, wire.evaluated_until)


def _check(listed: EpochList) -> None:
    """What a list must keep to, whoever signed it.

    Raises:
        ValueError: it does not.
    """
    epochs = listed.epochs
    moments = [listed.issued, *(t for e in epochs for t in (e.begins, e.ends, e.evaluated_until))]
    good = (
        len(epochs) <= _MOST_EPOCHS
        and 0 < len(listed.service) <= 100
        and listed.serial >= 0
        and all(moment.tzinfo is not None for moment in moments)
        and all(EPOCH.fullmatch(e.name) and len(e.public_key) == ELEMENT_BYTES for e in epochs)
        and len({e.name for e in epochs}) == len(epochs)
        and len({e.public_key for e in epochs}) == len(epochs)
        and all(e.begins < e.ends <= e.evaluated_until for e in epochs)
    )
    if not good:
        raise ValueError("an epoch list keeps to its form")
