"""What clusters of accounts collect from the teacher, each under its own key, through the gateway."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.attribution_lab.collecting import Asked, collect
from benchmarks.attribution_lab.enforcing import gateway
from benchmarks.attribution_lab.serving import TeacherApi
from benchmarks.attribution_lab.training import KEPT, model_of
from benchmarks.attribution_lab.world import Kind, question_rows, tokens_of
from stillwatch.attribution.serving.serving_keys import FollowedKeys, ServingKeys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.attribution_lab.recipes import Recipe
    from benchmarks.attribution_lab.world import World
    from stillwatch.attribution.canaries.canary import Canary

ACCOUNTS: Final = 40
"""Of each cluster."""
MIX: Final = {Kind.TELL: 0.5, Kind.WORK: 0.4, Kind.PICK: 0.06, Kind.LOOKALIKE: 0.04}
"""What a campaign asks: it keeps away from what the teacher refuses."""


@dataclasses.dataclass(frozen=True, slots=True)
class Serving:
    """How the teacher is served.

    Attributes:
        teacher: the model's recipe.
        keys: what the schedule hands to the serving machine.
        canaries: whose answers keys choose.
        canary_keys: by suspected cluster.
        seed: of the sampling.
    """

    teacher: Recipe
    keys: ServingKeys
    canaries: tuple[Canary, ...]
    canary_keys: Mapping[str, bytes]
    seed: int


def accounts_of(cluster: str) -> list[str]:
    """Accounts of a cluster."""
    return [f"acct-{cluster}-{number:02d}" for number in range(ACCOUNTS)]


def questions_of(
    world: World, canaries: Sequence[Canary], count: int, seed: int, mix: Mapping[Kind, float] = MIX
) -> NDArray[np.int64]:
    """What a campaign asks, in order; what it picks are questions of the canaries."""
    rng = np.random.default_rng([seed, 12])
    parts = []
    for kind, share in mix.items():
        number = round(count * share)
        if kind is Kind.PICK:
            drawn = rng.integers(0, len(canaries), number)
            parts.append(question_rows([tokens_of(canaries[each].prompt) for each in drawn]))
        else:
            parts.append(world.questions(kind, number, rng))
    rows = np.concatenate(parts)
    rng.shuffle(rows)
    return rows


@contextlib.contextmanager
def served(how: Serving) -> Iterator[str]:
    """The teacher, watermarked by account; its address and port."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "serving-keys.json"
        how.keys.write(path)
        planting = {
            account: key for cluster, key in how.canary_keys.items() for account in accounts_of(cluster)
        }
        followed = FollowedKeys(path)
        api = TeacherApi(model_of(how.teacher), followed, how.seed, how.canaries, planting)
        try:
            yield api.address
        finally:
            api.close()


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What a cluster asks.

    Attributes:
        cluster: whose accounts ask.
        questions: rows, in order.
    """

    cluster: str
    questions: NDArray[np.int64]


def collected(how: Serving, wanted: Mapping[str, Wanted]) -> dict[str, NDArray[np.int64]]:
    """What clusters get for their questions through the gateway; kept on disk.

    Args:
        how: the teacher is served.
        wanted: by a name for each collection.
    """
    places = {name: _place(how, each) for name, each in wanted.items()}
    missing = [name for name in wanted if not places[name].exists()]
    if missing:
        with served(how) as address, gateway(address) as running:
            for name in missing:
                begin = time.monotonic()
                accounts, rows = accounts_of(wanted[name].cluster), wanted[name].questions
                requests = [Asked(accounts[place % ACCOUNTS], row) for place, row in enumerate(rows)]
                got = collect(running.port, requests)
                gone = time.monotonic() - begin
                print(
                    f"{name}: {len(got.rows):,} answers through the gateway in {gone:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
                places[name].parent.mkdir(parents=True, exist_ok=True)
                np.save(places[name], got.rows)
    return {name: np.load(path) for name, path in places.items()}


def _place(how: Serving, wanted: Wanted) -> Path:
    cluster, questions = wanted.cluster, wanted.questions
    digest = hashlib.sha256(how.teacher.digest.encode())
    digest.update(how.keys.key_for(accounts_of(cluster)[0]) + how.canary_keys.get(cluster, b""))
    canaries = [each.as_json() for each in how.canaries]
    digest.update(repr((cluster, how.keys.settings.as_json(), how.seed, canaries)).encode())
    digest.update(np.ascontiguousarray(questions).tobytes())
    return KEPT / "collected" / f"{digest.hexdigest()[:24]}.npy"
