from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.errors import StillwatchError
from stillwatch.sharing.matching.cache import Cache
from stillwatch.sharing.matching.epochs import Epoch, EpochList, signed
from stillwatch.sharing.matching.voprf import Evaluation, Evaluator

START = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime.datetime:
        return self.time

    def pass_days(self, days: float) -> None:
        self.time += datetime.timedelta(days=days)


class Keys:
    """A key service without a network: real keys, real proofs, and switches for what can go wrong."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.signing = Ed25519PrivateKey.generate()
        self.evaluators = {
            name: Evaluator(bytes([number]) * 32) for number, name in enumerate(("e1", "e2"), 1)
        }
        self.serial = 1
        self.asked: list[int] = []
        self.away = False
        self.left: int | None = None
        self.false_key: Evaluator | None = None

    @property
    def signer(self) -> bytes:
        return self.signing.public_key().public_bytes_raw()

    def listed(self) -> EpochList:
        day = datetime.timedelta(days=1)
        epochs = tuple(
            Epoch(
                name,
                key.public_key,
                START + 90 * n * day,
                START + 90 * (n + 1) * day,
                START + (90 * (n + 1) + 28) * day,
            )
            for n, (name, key) in enumerate(self.evaluators.items())
        )
        return EpochList("keys", self.serial, self.clock(), epochs)

    def epoch_list(self) -> bytes:
        self._answer()
        return signed(self.listed(), self.signing)

    def evaluate(self, epoch: str, blinded: Sequence[bytes]) -> Evaluation:
        self._answer()
        if self.left is not None and len(blinded) > self.left:
            raise StillwatchError("used up", code="SW-MATCH-10")
        if self.left is not None:
            self.left -= len(blinded)
        self.asked.append(len(blinded))
        return (self.false_key or self.evaluators[epoch]).evaluate(blinded)

    def _answer(self) -> None:
        if self.away:
            raise StillwatchError("away", code="SW-MATCH-20")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(clock: Clock) -> Keys:
    return Keys(clock)


@pytest.fixture
def cache(tmp_path: Path):
    with Cache(tmp_path / "matching.sqlite") as opened:
        yield opened
