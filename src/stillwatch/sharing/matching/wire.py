"""What goes between a member and a key service: one request, one answer, both as JSON."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

import msgspec
import orjson

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.matching.values import EPOCH
from stillwatch.sharing.matching.voprf import ELEMENT_BYTES, PROOF_BYTES, Evaluation

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Request(msgspec.Struct, forbid_unknown_fields=True):
    epoch: str
    blinded: list[str]


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    epoch: str
    evaluated: list[str]
    proof: str
    left: int


def request(epoch: str, blinded: Sequence[bytes]) -> bytes:
    """A request for evaluation."""
    return orjson.dumps({"epoch": epoch, "blinded": [_text(each) for each in blinded]})


def read_request(data: bytes, most: int) -> tuple[str, tuple[bytes, ...]]:
    """The epoch and the blinded elements of a request.

    Args:
        data: the body.
        most: elements allowed.

    Raises:
        StillwatchError: SW-MATCH-07 where it is malformed, SW-MATCH-08 where it holds too many. Neither quotes it.
    """
    try:
        asked = msgspec.json.decode(data, type=_Request)
        if not EPOCH.fullmatch(asked.epoch) or not asked.blinded:
            raise ValueError("no epoch or nothing blinded")
        if len(asked.blinded) > most:
            raise StillwatchError(
                f"a request holds at most {most:,} items, not {len(asked.blinded):,}",
                code="SW-MATCH-08",
                hint="send several",
            )
        return asked.epoch, tuple(_bytes(each, ELEMENT_BYTES) for each in asked.blinded)
    except (msgspec.MsgspecError, ValueError, binascii.Error, RecursionError) as error:
        raise StillwatchError(
            "the request is not of the form that the document describes",
            code="SW-MATCH-07",
            hint='send {"epoch": "e1", "blinded": [BASE64, …]} with 32 bytes each; see /openapi.json',
        ) from error


def answer(epoch: str, evaluation: Evaluation, left: int) -> bytes:
    """An answer.

    Args:
        epoch: whose key was used.
        evaluation: the elements and the proof.
        left: items that the member may still have evaluated on this day.
    """
    return orjson.dumps(
        {
            "epoch": epoch,
            "evaluated": [_text(each) for each in evaluation.evaluated],
            "proof": _text(evaluation.proof),
            "left": left,
        }
    )


def read_answer(data: bytes, epoch: str, number: int) -> Evaluation:
    """The evaluation in an answer; its proof has not been checked yet.

    Args:
        data: what the service sent.
        epoch: whose key was to be used.
        number: how many elements were sent.

    Raises:
        StillwatchError: SW-MATCH-09 where it is malformed, of another epoch, or has another number of elements.
    """
    try:
        said = msgspec.json.decode(data, type=_Answer)
        if said.epoch != epoch or len(said.evaluated) != number:
            raise ValueError("another epoch or number")
        return Evaluation(
            tuple(_bytes(each, ELEMENT_BYTES) for each in said.evaluated), _bytes(said.proof, PROOF_BYTES)
        )
    except (msgspec.MsgspecError, ValueError, binascii.Error, RecursionError) as error:
        raise StillwatchError(
            "the key service's answer cannot be used",
            code="SW-MATCH-09",
            hint="is the address that of a key service of this version?",
            exit_code=ExitCode.REMOTE_FAILED,
        ) from error


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str, length: int) -> bytes:
    data = base64.b64decode(text, validate=True)
    if len(data) != length:
        raise ValueError("another length")
    return data
