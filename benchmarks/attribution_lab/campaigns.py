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

from benchmarks.attribution_lab.collecting import Asked, Got, collect
from benchmarks.attribution_lab.enforcing import Site, site
from benchmarks.attribution_lab.serving import TeacherApi
from benchmarks.attribution_lab.training import KEPT, model_of
from benchmarks.attribution_lab.world import Kind
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
    from benchmarks.attribution_lab.world import question_rows, tokens_of

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
def served(how: Serving) -> Iterator[Site]:
    """The teacher behind its gateway, watermarked by account."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "serving-keys.json"
        how.keys.write(path)
        planting = {
            account: key for cluster, key in how.canary_keys.items() for account in accounts_of(cluster)
        }
        followed = FollowedKeys(path)
        api = TeacherApi(model_of(how.teacher), followed, how.seed, how.canaries, planting)
        try:
            with site(api.address) as running:
                yield running
        finally:
            api.close()


def collected(
    how: Serving, wanted: Mapping[str, NDArray[np.int64]], words: str
) -> dict[str, NDArray[np.int64]]:
    """What each cluster gets for its questions; kept on disk.

    Args:
        how: the teacher is served.
        wanted: questions of each cluster.
        words: what is said meanwhile.
    """
    places = {cluster: _place(how, cluster, rows) for cluster, rows in wanted.items()}
    missing = [cluster for cluster in wanted if not places[cluster].exists()]
    if missing:
        with served(how) as running:
            for cluster in missing:
                begin = time.monotonic()
                got = asked_as(running, accounts_of(cluster), wanted[cluster])
                gone = time.monotonic() - begin
                print(
                    f"{words}: {cluster} collected {len(got.rows):,} answers through the gateway in {gone:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
                places[cluster].parent.mkdir(parents=True, exist_ok=True)
                np.save(places[cluster], got.rows)
    return {cluster: np.load(path) for cluster, path in places.items()}


def asked_as(running: Site, accounts: Sequence[str], questions: NDArray[np.int64]) -> Got:
    """Ask questions as accounts in turn."""
    requests = [Asked(accounts[place % len(accounts)], row) for place, row in enumerate(questions)]
    return collect(running.gateway.port, requests)


def _place(how: Serving, cluster: str, questions: NDArray[np.int64]) -> Path:
    digest = hashlib.sha256(how.teacher.digest.encode())
    digest.update(how.keys.key_for(accounts_of(cluster)[0]) + how.canary_keys.get(cluster, b""))
    canaries = [each.as_json() for each in how.canaries]
    digest.update(repr((cluster, how.keys.settings.as_json(), how.seed, canaries)).encode())
    digest.update(np.ascontiguousarray(questions).tobytes())
    return KEPT / "collected" / f"{digest.hexdigest()[:24]}.npy"
