"""The verifiable oblivious function of RFC 9497 (ristretto255-SHA512), behind the one interface all others use.

The member blinds an item, the key service evaluates what it cannot read and proves with which key, the member checks
the proof and takes the blinding off. The library underneath is small and has seen no public audit, so it is named in
this file only, and `known_answers` says whether it still does what the RFC says.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from voprf import ristretto

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED_BYTES: Final = 32
ELEMENT_BYTES: Final = 32
PROOF_BYTES: Final = 64
MOST_IN_A_BATCH: Final = 2**16 - 1
MOST_INPUT_BYTES: Final = 2**16 - 1

_REFUSED: Final = (ValueError, TypeError, OverflowError)
_PANIC: Final = "PanicException"
"""What voprf 0.2 raises for a batch whose proof fails: no Exception, and of a class that cannot be imported."""


@dataclasses.dataclass(frozen=True, slots=True)
class Evaluation:
    """What a key service answers for a batch.

    Attributes:
        evaluated: one element of 32 bytes for each blinded one, in the same order.
        proof: 64 bytes; shows that one key, the announced one, made all of them.
    """

    evaluated: tuple[bytes, ...]
    proof: bytes


class Evaluator:
    """The key service's side: holds the key.

    Args:
        seed: 32 secret random bytes.
        info: public words that the key is bound to, such as the epoch's name.

    Raises:
        ValueError: the seed has another length, or the words are too long.
    """

    def __init__(self, seed: bytes, info: bytes = b"") -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        self._key = ristretto.Evaluator.from_seed(seed, info)
        self.public_key = bytes(self._key.public_key.serialize())

    def evaluate(self, blinded: Sequence[bytes]) -> Evaluation:
        """Evaluate a batch and prove it.

        Args:
            blinded: 1 to 65,535 elements of 32 bytes.

        Raises:
            StillwatchError: SW-MATCH-01, as `require_elements`.
        """
        answer = bytes(self._key.evaluate_batch(_elements(blinded)).serialize())
        elements = answer[PROOF_BYTES:]
        return Evaluation(
            tuple(elements[at : at + ELEMENT_BYTES] for at in range(0, len(elements), ELEMENT_BYTES)),
            answer[:PROOF_BYTES],
        )

    def output(self, item: bytes) -> bytes:
        """What a member would end up with for an item: 64 bytes; for checks, the service itself never sees items."""
        return bytes(self._key.evaluate_known_input(item))


class BlindedBatch:
    """The member's side: items blinded with fresh randomness, and the way back.

    Args:
        items: 1 to 65,535 items of 1 to 65,535 bytes.

    Raises:
        ValueError: there are none or too many, or one is empty or too long.
    """

    def __init__(self, items: Sequence[bytes]) -> None:
        if not 1 <= len(items) <= MOST_IN_A_BATCH:
            raise ValueError(f"a batch holds 1 to {MOST_IN_A_BATCH:,} items, not {len(items):,}")
        if not all(1 <= len(item) <= MOST_INPUT_BYTES for item in items):
            raise ValueError(f"an item has 1 to {MOST_INPUT_BYTES:,} bytes")
        pairs = [ristretto.Client.blind(item) for item in items]
        self._secrets = [secret for secret, _ in pairs]
        self.blinded = tuple(bytes(element.serialize()) for _, element in pairs)

    def finalize(self, evaluation: Evaluation, public_key: bytes) -> list[bytes]:
        """Check the proof and take the blinding off.

        Args:
            evaluation: what the key service answered.
            public_key: the one announced for the epoch, 32 bytes.

        Returns:
            One output of 64 bytes for each item, in their order.

        Raises:
            StillwatchError: SW-MATCH-02 where the proof does not hold or the answer has another length.
        """
        try:
            return self._unblinded(evaluation, ristretto.PublicKey.deserialize(public_key))
        except BaseException as error:
            if not isinstance(error, _REFUSED) and type(error).__name__ != _PANIC:
                raise
            raise StillwatchError(
                "the key service's proof does not hold: the answer was not made with the announced key",
                code="SW-MATCH-02",
                hint="use nothing of it; compare the epoch list's digest with other members and tell the operator",
                exit_code=ExitCode.REMOTE_FAILED,
            ) from error

    def _unblinded(self, evaluation: Evaluation, key: ristretto.PublicKey) -> list[bytes]:
        """The outputs, once the library has found the proof to hold."""
        if len(evaluation.evaluated) != len(self._secrets) or len(evaluation.proof) != PROOF_BYTES:
            raise ValueError("an answer of another length")
        raw = evaluation.proof + b"".join(evaluation.evaluated)
        if len(self._secrets) == 1:  # this way a false proof is an error, not a panic
            return [bytes(self._secrets[0].finalize(ristretto.VerifiableOutput.deserialize(raw), key))]
        answer = ristretto.VerifiableBatchOutput.deserialize(raw)
        return [bytes(each) for each in ristretto.Client.finalize_batch(self._secrets, answer, key)]


def require_elements(blinded: Sequence[bytes]) -> None:
    """Refuse what cannot be evaluated, before anything is counted.

    Raises:
        StillwatchError: SW-MATCH-01 where one is no element of the group, or there are too few or too many.
    """
    _elements(blinded)


def _elements(blinded: Sequence[bytes]) -> list[ristretto.BlindedInput]:
    if not 1 <= len(blinded) <= MOST_IN_A_BATCH:
        raise StillwatchError(
            f"a batch holds 1 to {MOST_IN_A_BATCH:,} elements, not {len(blinded):,}", code="SW-MATCH-01"
        )
    return [_element(place, each) for place, each in enumerate(blinded)]


def _element(place: int, data: bytes) -> ristretto.BlindedInput:
    """One blinded element, which must lie in the group and not be its neutral element."""
    try:
        if len(data) != ELEMENT_BYTES:
            raise ValueError("another length")
        return ristretto.BlindedInput.deserialize(data)
    except _REFUSED as error:
        raise StillwatchError(
            f"element {place} is no blinded item",
            code="SW-MATCH-01",
            hint="an element is the 32 bytes of a ristretto255 point other than the neutral one (RFC 9496)",
        ) from error
