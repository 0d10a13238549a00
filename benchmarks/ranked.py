"""Reads verdicts as a ranking: what the best threshold on it would have found, chosen with the truth in hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import orjson


def recall_at_precision(verdicts: Path, truth: Path, precision: float) -> float:
    """The highest recall of any threshold that keeps a precision; 0 where none does.

    Args:
        verdicts: a ``verdicts.jsonl`` with a score for each account; a score of 0 is never accused.
        truth: the world's ``truth.csv``.
        precision: 0 to 1.
    """
    with truth.open(encoding="utf-8", newline="") as lines:
        guilty = {row["account_id"] for row in csv.DictReader(lines) if row["label"] == "attack"}
    rows = [orjson.loads(line) for line in verdicts.read_bytes().splitlines()]
    scores = np.asarray([row["score"] for row in rows], np.float64)
    attack = np.asarray([row["account_id"] in guilty for row in rows], np.bool_)
    order = np.argsort(-scores, kind="stable")
    ranked, found = scores[order], np.cumsum(attack[order])
    last = np.append(ranked[1:] < ranked[:-1], True) & (ranked > 0)
    kept = found[last] >= precision * (np.arange(len(ranked)) + 1)[last]
    return float(found[last][kept].max(initial=0)) / max(len(guilty), 1)
