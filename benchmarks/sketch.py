"""What is left of wording after sketching: how well overlap can be told from it.

MinHash against the exact overlap of word 3-grams, and kept grams of prompts from one demand against unrelated ones.
"""

from __future__ import annotations

import functools
import re
import sys
from collections import defaultdict
from random import Random
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from scipy.stats import rankdata

from stillwatch.range.world import World, make_world
from stillwatch.traffic.background import Background
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.sketch import Sketcher

DESCRIPTION = (
    "error of MinHash against exact overlap; how well kept grams tell prompts of one demand from others"
)

SEED = 7
SAMPLE = 0.25
ANY_DAY = 20_500
THRESHOLD = 0.05
"""Share of the smaller prompt's kept grams that two prompts must have in common; fixed before the first run."""

OTHER_WORDS = ("public_partition", "free_rewriting", "multilingual_sweep")
"""Families whose members share no wording, by design: public tasks split up, free rewriting, other languages."""

_CLAUSES = re.compile(r"[.!?;:,\n()\[\]{}|\"]")
_NUMBERS = re.compile(r"(?<=\d)[.,](?=\d)")


def run(small: bool) -> dict[str, Any]:
    """Both figures, from the texts of a generated world."""
    world = make_world("standard", SEED, accounts=1_500, exchanges=40_000 if small else 120_000)
    return _minhash(world, 500 if small else 3_000) | _grams(world, 20_000 if small else 100_000)


def _minhash(world: World, pairs: int) -> dict[str, float]:
    """Mean and 95th percentile of the estimate's error, over pairs whose overlap spans 0 to 1."""
    rng = Random(SEED)
    texts = [text for text in map(_prompt, world.exchanges(0, 12_000)) if text.isascii() and len(text) > 300]
    one, other, exact = [], [], []
    for _ in range(pairs):
        base, stranger = rng.sample(texts, 2)
        mixed = _mixed(base, stranger, rng.random(), rng)
        one.append(base)
        other.append(mixed)
        a, b = _three_grams(base), _three_grams(mixed)
        exact.append(len(a & b) / len(a | b) if a | b else 0.0)
    prints = _fingerprints(one + other)
    left, right = prints[:pairs], prints[pairs:]
    filled = (left != 0xFFFF) | (right != 0xFFFF)
    same = (left == right) & filled
    estimate = same.sum(axis=1) / np.maximum(filled.sum(axis=1), 1)
    error = np.abs(estimate - np.asarray(exact))
    spread = np.histogram(exact, bins=4, range=(0, 1))[0]
    print(f"{pairs} pairs, overlap by quarters of 0 to 1: {spread.tolist()}", file=sys.stderr)
    return {
        "minhash_error_mean": float(error.mean()),
        "minhash_error_p95": float(np.quantile(error, 0.95)),
        "minhash_bias": float((estimate - np.asarray(exact)).mean()),
    }


def _mixed(base: str, stranger: str, share: float, rng: Random) -> str:
    """The text with a share of its sentences replaced by another's."""
    mine, theirs = base.split(". "), stranger.split(". ")
    return ". ".join(rng.choice(theirs) if rng.random() < share else sentence for sentence in mine)


def _three_grams(text: str) -> set[tuple[str, ...]]:
    """Word 3-grams within clauses, written apart from the compiled pass so that it is checked and not repeated."""
    found = set()
    plain = _NUMBERS.sub("", re.sub(r"['`*]", "", text)).lower()
    for clause in _CLAUSES.split(plain):
        words = [re.sub(r"\d+", "0", word) for word in re.findall(r"\w+", clause)]
        found |= {tuple(words[k : k + 3]) for k in range(len(words) - 2)}
    return found


def _fingerprints(texts: list[str]) -> Any:
    """The MinHash of each text."""
    table = _sketch([{"messages": [{"role": "user", "content": text}]} for text in texts], None)
    return np.stack([np.frombuffer(value, dtype=np.uint16) for value in table["minhash"].to_pylist()])


def _grams(world: World, pairs: int) -> dict[str, Any]:
    """How well kept grams tell pairs of one campaign's demand from unrelated pairs, with the past as background."""
    past = make_world("standard", SEED, accounts=1_500, exchanges=len(world), history_days=5)
    background = _background(past)
    records = list(world.exchanges())
    kept = [set(grams) for grams in _sketch(records, background)["grams"].to_pylist()]
    groups: dict[str, list[int]] = defaultdict(list)
    honest = []
    for index, (_, campaign) in enumerate(world.exchange_truth()):
        if campaign is None:
            honest.append(index)
        else:
            groups[campaign].append(index)
    families = {c["campaign_id"]: c["family"] for c in world.campaigns}
    rng = Random(SEED)
    unrelated = [_overlap(kept, *_strangers(world, records, groups, honest, rng)) for _ in range(pairs)]
    related: dict[str, list[float]] = {}
    for campaign, members in groups.items():
        draws = (rng.sample(members, 2) for _ in range(max(200, pairs // len(groups))))
        related[campaign] = [
            _overlap(kept, a, b) for a, b in draws if records[a]["account_id"] != records[b]["account_id"]
        ]
    by_family: dict[str, list[float]] = defaultdict(list)
    for campaign, values in related.items():
        by_family[families[campaign]] += values
    told = {family: _auroc(values, unrelated) for family, values in sorted(by_family.items())}
    reworded = [v for family, values in by_family.items() if family not in OTHER_WORDS for v in values]
    worst = min((family for family in told if family not in OTHER_WORDS), key=lambda family: told[family])
    return {
        "grams_auroc": _auroc(reworded, unrelated),
        "grams_auroc_worst": told[worst],
        "grams_worst_family": worst,
        "grams_related_above": float(np.mean(np.asarray(reworded) >= THRESHOLD)),
        "grams_unrelated_above": float(np.mean(np.asarray(unrelated) >= THRESHOLD)),
        "grams_kept_mean": float(np.mean([len(grams) for grams in kept])),
        "grams_auroc_by_family": told,
    }


def _strangers(
    world: World, records: list[dict[str, Any]], groups: dict[str, list[int]], honest: list[int], rng: Random
) -> tuple[int, int]:
    """An exchange of a campaign or of somebody honest, and one of somebody honest of another kind.

    People of one kind may work through one product or course, and so share a template honestly.
    """
    campaigns = list(groups)
    while True:
        first = rng.choice(groups[rng.choice(campaigns)]) if rng.random() < 0.5 else rng.choice(honest)
        second = rng.choice(honest)
        mine, theirs = records[first], records[second]
        kinds = (world.truth[record["account_id"]].archetype for record in (mine, theirs))
        same = mine["organization_id"] is not None and mine["organization_id"] == theirs["organization_id"]
        if len(set(kinds)) == 2 and not same:
            return first, second


def _overlap(kept: list[set[int]], a: int, b: int) -> float:
    """Share of the smaller prompt's kept grams that the other has too."""
    smaller = min(len(kept[a]), len(kept[b]))
    return len(kept[a] & kept[b]) / smaller if smaller else 0.0


def _auroc(positive: list[float], negative: list[float]) -> float:
    """Probability that a related pair overlaps more than an unrelated one, ties counted half."""
    ranks = rankdata(np.concatenate([positive, negative]))
    n, m = len(positive), len(negative)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def _background(past: World) -> Background:
    """What the earlier traffic's accounts used to say."""
    records = list(past.exchanges())
    grams = _sketch(records, None)["grams"].combine_chunks()
    numbers: dict[str, int] = {}
    who = np.asarray([numbers.setdefault(r["account_id"], len(numbers)) for r in records], dtype=np.int32)
    order = np.argsort(who, kind="stable")
    sorted_lists = grams.take(pa.array(order))
    flat = sorted_lists.flatten().to_numpy()
    lengths = sorted_lists.value_lengths().to_numpy()
    return Background.count(
        flat, np.repeat(who[order], lengths), np.full(flat.size, ANY_DAY, dtype=np.int32), "benchmark"
    )


def _prompt(record: dict[str, Any]) -> str:
    content = record["messages"][-1]["content"] if record["messages"] else ""
    return content if isinstance(content, str) else ""


@functools.cache
def _key() -> Pseudonymiser:
    return Pseudonymiser(bytes(32))


def _sketch(records: list[dict[str, Any]], background: Background | None) -> pa.Table:
    """The sketches of these records, every one of which is taken."""
    sketcher = Sketcher(_key(), sample=SAMPLE, background=background, latest=2**62)
    base = {"ts": "2026-03-02T00:00:00Z", "account_id": "acct", "model": "m", "request_id": "r"}
    tables = []
    for start in range(0, len(records), 4096):
        lines = [orjson.dumps(base | {"messages": r["messages"]}) for r in records[start : start + 4096]]
        tables.append(sketcher.sketch(b"\n".join(lines) + b"\n").table.select(["grams", "minhash"]))
    whole = pa.concat_tables(tables)
    if whole.num_rows != len(records):
        raise RuntimeError("a record of the world was not taken")
    return whole
