"""Matching without revealing: what blinding costs, how well template signatures tell, what enumeration takes.

End to end means: an item blinded by a member, evaluated with a proof, the proof checked and the blinding taken off,
all on one core, in batches as the client sends them. The same core's X25519 exchanges are the reference, since
seconds of two machines cannot be compared. Templates are the range's; no threshold is chosen here.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from benchmarks.matching_templates import judged
from stillwatch.sharing.matching.floor import EXPOSURES, MEMBERS, QUOTA_A_DAY, floor_bits
from stillwatch.sharing.matching.key_client import MOST_ITEMS
from stillwatch.sharing.matching.minhash import Hasher
from stillwatch.sharing.matching.template_index import TemplateIndex
from stillwatch.sharing.matching.voprf import BlindedBatch, Evaluator

DESCRIPTION = (
    "blinded matching end to end, template signatures at 0.3, and what enumeration takes at the quota"
)

TARGETS = (("items_per_s_core", "blinded matching end to end, one core", ">=", 4_000, "items/s"),)

_WORDS: Final = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"]


def run(small: bool) -> dict[str, Any]:
    """Measure and print tables."""
    figures = _blinding(2 if small else 10)
    figures |= _signatures(1_000 if small else 10_000)
    figures |= judged(small)
    _enumeration(figures)
    return figures


def _rate(number: int, work: Callable[[], object]) -> float:
    """How many a second of processor time."""
    begun = time.process_time()
    work()
    return number / max(time.process_time() - begun, 1e-9)


def _blinding(rounds: int) -> dict[str, Any]:
    """Items a second on one core, by step and end to end; the least disturbed of several rounds."""
    turns = [_steps(turn) for turn in range(rounds)]
    best = {name: max(rates[name] for rates in turns) for name in turns[0]}
    whole = 1 / sum(1 / best[step] for step in ("blind", "evaluate", "finalize"))
    print(
        "items a second of one core: " + ", ".join(f"{n} {r:,.0f}" for n, r in best.items()), file=sys.stderr
    )
    print(f"end to end {whole:,.0f}, {best['x25519'] / whole:.1f} X25519 exchanges each", file=sys.stderr)
    figures: dict[str, Any] = {"items_per_s_core": whole, "x25519_exchanges_an_item": best["x25519"] / whole}
    return figures | {f"{name}_per_s": rate for name, rate in best.items()}


def _steps(turn: int) -> dict[str, float]:
    """Rates of one round: the reference, the three steps, and evaluation by whoever holds the key."""
    key = Evaluator(b"k" * 32)
    items = [f"item {turn} {n}".encode() for n in range(MOST_ITEMS)]
    mine, other = X25519PrivateKey.generate(), X25519PrivateKey.generate().public_key()
    made: list[Any] = []
    return {
        "x25519": _rate(2_000, lambda: [mine.exchange(other) for _ in range(2_000)]),
        "blind": _rate(MOST_ITEMS, lambda: made.append(BlindedBatch(items))),
        "evaluate": _rate(MOST_ITEMS, lambda: made.append(key.evaluate(made[0].blinded))),
        "finalize": _rate(MOST_ITEMS, lambda: made[0].finalize(made[1], key.public_key)),
        "with_the_key": _rate(MOST_ITEMS, lambda: [key.output(item) for item in items]),
    }


def _signatures(number: int) -> dict[str, float]:
    """Signatures a second for prompts of 60 words, and prompts a second against a thousand templates."""
    rng = random.Random(3)
    hasher = Hasher(b"k" * 32)
    texts = [" ".join(rng.choices(_WORDS, k=60)) for _ in range(number)]
    made: list[bytes] = []
    signed = _rate(number, lambda: made.extend(s for text in texts if (s := hasher.signature(text))))
    index = TemplateIndex(made[:1_000])
    searched = _rate(number, lambda: index.search(made))
    print(
        f"signatures a second {signed:,.0f}; searched among 1,000 templates {searched:,.0f}", file=sys.stderr
    )
    return {"minhash_per_s": signed, "searched_per_s": searched}


def _enumeration(figures: dict[str, Any]) -> None:
    """The floor's table with what was just measured: days at the quota, hours for whoever has the key."""
    print(f"the floor: {floor_bits():.1f} bits; {QUOTA_A_DAY:,} items a day a member", file=sys.stderr)
    head = f"{'':40}{'values':>9}{'1 member':>12}{f'{MEMBERS} members':>12}{'with the key':>16}  may be"
    print(head, file=sys.stderr)
    for each in EXPOSURES:
        hours = each.values / figures["with_the_key_per_s"] / 3600
        print(
            f"{each.name:40}{each.values:9.1e}{each.days():10,.3g} d{each.days(members=MEMBERS):10,.3g} d"
            f"{hours:11,.3g} core-h  {each.disposition}",
            file=sys.stderr,
        )
        figures.setdefault("days_to_enumerate", {})[each.name] = each.days()
