"""Whether the library still does what RFC 9497 says: its test vectors A.1.2, one of them batched.

A key service refuses to start where it does not, and so does a member before it blinds. The library draws its own
randomness, so blinding factors and proofs cannot be compared byte for byte; instead a batch blinded here has to come
back as the RFC's outputs, and an altered proof has to be refused.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Final

from stillwatch.errors import StillwatchError
from stillwatch.sharing.matching.voprf import BlindedBatch, Evaluation, Evaluator

SEED: Final = b"\xa3" * 32
KEY_INFO: Final = b"test key"
PUBLIC_KEY: Final = bytes.fromhex("c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e")


@dataclasses.dataclass(frozen=True, slots=True)
class Vector:
    """One test vector of the RFC; a batch has several items."""

    name: str
    items: tuple[bytes, ...]
    blinded: tuple[bytes, ...]
    evaluated: tuple[bytes, ...]
    outputs: tuple[bytes, ...]


_ZERO: Final = b"\x00"
_FIVES: Final = b"\x5a" * 17
_BLINDED: Final = bytes.fromhex("863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945")
_EVALUATED: Final = bytes.fromhex("aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e")
_OUTPUT_ZERO: Final = bytes.fromhex(
    "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
    "a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c"
)
_OUTPUT_FIVES: Final = bytes.fromhex(
    "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60"
    "356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6"
)
VECTORS: Final = (
    Vector("A.1.2.1", (_ZERO,), (_BLINDED,), (_EVALUATED,), (_OUTPUT_ZERO,)),
    Vector(
        "A.1.2.2",
        (_FIVES,),
        (bytes.fromhex("cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c"),),
        (bytes.fromhex("60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468"),),
        (_OUTPUT_FIVES,),
    ),
    Vector(
        "A.1.2.3 (batch of two)",
        (_ZERO, _FIVES),
        (_BLINDED, bytes.fromhex("90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654")),
        (_EVALUATED, bytes.fromhex("cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a")),
        (_OUTPUT_ZERO, _OUTPUT_FIVES),
    ),
)


@functools.cache
def require_known_answers() -> None:
    """Refuse to go on where the library disagrees with the RFC; looked at once a process.

    Raises:
        StillwatchError: SW-MATCH-03, with the vector that failed.
    """
    problem = disagreement()
    if problem:
        raise StillwatchError(
            f"the library behind blinded matching does not do what RFC 9497 says: {problem}",
            code="SW-MATCH-03",
            where="voprf",
            hint="install the version that the lock file names; nothing is blinded or evaluated until then",
        )


def disagreement(evaluator: type[Evaluator] = Evaluator) -> str:
    """The first difference from the RFC in words; empty where there is none.

    Args:
        evaluator: what is checked.
    """
    key = evaluator(SEED, KEY_INFO)
    if key.public_key != PUBLIC_KEY:
        return "the key derived from the seed"
    for vector in VECTORS:
        if key.evaluate(vector.blinded).evaluated != vector.evaluated:
            return f"{vector.name}, evaluated elements"
        if tuple(key.output(item) for item in vector.items) != vector.outputs:
            return f"{vector.name}, outputs"
        batch = BlindedBatch(vector.items)
        answer = key.evaluate(batch.blinded)
        if tuple(batch.finalize(answer, PUBLIC_KEY)) != vector.outputs:
            return f"{vector.name}, outputs after blinding"
    return "" if _single_refused(key) else "a false proof is accepted"


def _single_refused(key: Evaluator) -> bool:
    """Whether an answer made with another key is refused."""
    other = Evaluator(b"\x5c" * 32, KEY_INFO)
    batch = BlindedBatch((_ZERO,))
    false = Evaluation(other.evaluate(batch.blinded).evaluated, key.evaluate(batch.blinded).proof)
    try:
        batch.finalize(false, key.public_key)
    except StillwatchError:
        return True
    return False
