"""The log file that benchmarks read: canonical exchanges of about 2.5 kB, the same bytes for the same count.

Words follow Zipf's law and each word has words that like to follow it, so that texts share what real texts share
and no more. A third of the accounts work through a template, a few carry two planted campaigns that reword one
demand. Written once for each count, under ``build/bench/``.
"""

from __future__ import annotations

import dataclasses
import functools
import multiprocessing
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit

FOLDER = Path("build/bench")
DAYS = 10
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)

_SEED = 20260302
_CHUNK = 10_000
_WORDS = 60_000
_FOLLOWERS = 8
_TEMPLATES = 300
_CAMPAIGNS = 2
_CAMPAIGN_ACCOUNTS = 60
_TICKS = 1 << 16


def make(exchanges: int) -> Path:
    """The file of so many exchanges, made now or before."""
    path = FOLDER / f"exchanges-{exchanges}.jsonl"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{os.getpid()}")
    jobs = [
        (first, min(_CHUNK, exchanges - first), exchanges, _accounts(exchanges))
        for first in range(0, exchanges, _CHUNK)
    ]
    language()  # compiled and built before the fork, so that every process has it
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool, scratch.open("wb") as out:
        for lines in pool.imap(_chunk, jobs):
            out.write(lines)
    scratch.rename(path)
    return path


def _accounts(exchanges: int) -> int:
    return max(400, exchanges * 3 // 100)


@dataclasses.dataclass(frozen=True, slots=True)
class Language:
    """What texts are made of.

    Attributes:
        data: the bytes of all words.
        offsets: where each word begins in them.
        ranks: word for each of 65,536 equal shares of probability.
        followers: words that like to follow each word.
        templates: word runs, one a template.
        demands: three wordings of each slot of each campaign's demand.
    """

    data: np.ndarray
    offsets: np.ndarray
    ranks: np.ndarray
    followers: np.ndarray
    templates: tuple[np.ndarray, ...]
    demands: np.ndarray


@functools.cache
def language() -> Language:
    """The language of the corpus, the same in every run."""
    rng = np.random.default_rng(_SEED)
    words = _vocabulary(rng)
    data = np.frombuffer("".join(words).encode(), dtype=np.uint8).copy()
    offsets = np.cumsum([0, *(len(w) for w in words)]).astype(np.int32)
    weight = 1.0 / (np.arange(_WORDS) + 2.7) ** 1.05
    edges = np.cumsum(weight / weight.sum())
    ranks = np.searchsorted(edges, (np.arange(_TICKS) + 0.5) / _TICKS).clip(0, _WORDS - 1).astype(np.int32)
    followers = ranks[rng.integers(0, _TICKS, (_WORDS, _FOLLOWERS))]
    templates = tuple(ranks[rng.integers(0, _TICKS, n)] for n in rng.integers(15, 90, _TEMPLATES))
    demands = rng.integers(300, _WORDS, (_CAMPAIGNS, 36, 3)).astype(np.int32)
    made = Language(data, offsets, ranks, followers, templates, demands)
    _write(np.empty(64, np.uint8), 0, 32, np.uint64(1), data, offsets, ranks, followers)
    return made


def _vocabulary(rng: np.random.Generator) -> list[str]:
    """Distinct invented words, short ones first as in every language."""
    consonants = ["b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pl", "ch", ""]
    vowels = ["a", "e", "i", "o", "u", "ea", "ou", "io"]
    tails = ["", "", "", "n", "s", "r", "t", "ng", "l"]
    known: dict[str, None] = {}
    while len(known) < _WORDS:
        longest = 1 + int(np.log10(10 + len(known)) * 0.8)
        for pick in rng.integers(0, 1 << 30, (4096, 4)).tolist():
            syllables = pick[3] % longest + 1
            word = "".join(
                consonants[p % len(consonants)] + vowels[p // 32 % len(vowels)] for p in pick[:syllables]
            )
            known[word + tails[pick[3] // 64 % len(tails)]] = None
    return list(known)[:_WORDS]


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator,unused-ignore]
def _write(
    out: Any, at: int, length: int, state: Any, data: Any, offsets: Any, ranks: Any, followers: Any
) -> int:
    """Write running text of about ``length`` bytes, JSON-escaped; returns where it ends."""
    stop = at + length - 20
    word = 0
    left = 9
    while at < stop:
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        dice = state >> np.uint64(33)
        if dice & np.uint64(7) < np.uint64(4):
            word = followers[word, np.int64((dice >> np.uint64(3)) & np.uint64(7))]
        else:
            word = ranks[np.int64((dice >> np.uint64(3)) & np.uint64(65535))]
        for k in range(offsets[word], offsets[word + 1]):
            out[at] = data[k]
            at += 1
        left -= 1
        if left == 0:
            left = 5 + np.int64((dice >> np.uint64(20)) & np.uint64(15))
            out[at] = 46
            at += 1
            if left == 7:
                out[at] = 92
                out[at + 1] = 110
                at += 2
                continue
        elif left == 4:
            out[at] = 44
            at += 1
        out[at] = 32
        at += 1
    return at


def _chunk(job: tuple[int, int, int, int]) -> bytes:
    """The lines of one chunk: who, when and how much from one stream of numbers, texts from another."""
    first, count, total, accounts = job
    rng = np.random.default_rng((_SEED, first))
    speech = language()
    who = (accounts * rng.random(count) ** 2.2).astype(int)
    planted = rng.random(count) < 0.004
    who[planted] = accounts + rng.integers(0, _CAMPAIGNS * _CAMPAIGN_ACCOUNTS, int(planted.sum()))
    prompt = rng.lognormal(6.6, 0.75, count).clip(60, 12_000).astype(int)
    answer = rng.lognormal(6.55, 0.65, count).clip(60, 8_000).astype(int)
    picks = rng.integers(0, 1 << 30, (count, 4))
    moments = ((first + np.arange(count) + rng.random(count)) / total * DAYS * 86_400_000).astype(int)
    buffer = np.empty(24_000, dtype=np.uint8)

    def text(length: int, seed: int) -> str:
        end = _write(
            buffer, 0, length, np.uint64(seed), speech.data, speech.offsets, speech.ranks, speech.followers
        )
        return buffer[:end].tobytes().decode()

    lines = []
    for k in range(count):
        account, pick = int(who[k]), picks[k].tolist()
        words = text(int(prompt[k]), pick[0] << 20 | k)
        if account >= accounts:
            payload = words[: 300 + pick[2] % 400].rstrip("\\")  # the cut may fall into an escape
            words = f"{_demand((account - accounts) // _CAMPAIGN_ACCOUNTS, pick[3])}. {payload}"
        elif account % 3 == 0:
            words = f"{_template(account * 7919 % _TEMPLATES)}: {words}"
        when = BEGIN + timedelta(milliseconds=int(moments[k]))
        reply = text(int(answer[k]), pick[1] << 20 | k)
        lines.append(_line(when, first + k, account, words, reply, pick))
    return "".join(lines).encode()


@functools.cache
def _template(number: int) -> str:
    return _spelled(language().templates[number])


def _demand(campaign: int, pick: int) -> str:
    slots = language().demands[campaign]
    rng = np.random.default_rng(pick)
    return _spelled(slots[np.arange(len(slots)), rng.integers(0, 3, len(slots))])


def _spelled(words: np.ndarray) -> str:
    speech = language()
    return " ".join(
        speech.data[speech.offsets[w] : speech.offsets[w + 1]].tobytes().decode() for w in words.tolist()
    )


def _line(when: datetime, number: int, account: int, prompt: str, answer: str, pick: list[int]) -> str:
    organization = f'"org-{account // 12:05d}"' if account % 5 < 2 else "null"
    created = BEGIN - timedelta(days=account * 37 % 900 + 1)
    tokens = len(answer) // 4
    address = f"192.0.2.{account % 256}" if account % 4 else f"2001:db8:{account % 65536:x}:{pick[0] % 3}::1"
    return (
        f'{{"ts":"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z","request_id":"req-{number:012x}",'
        f'"account_id":"acct-{account:06d}","organization_id":{organization},'
        f'"api_key_id":"key-{account * 2 + pick[1] % 2:07d}",'
        f'"ip":"{address}","asn":{64496 + account % 16},"country":"{"USDEFRJPBRIN"[account % 6 * 2 :][:2]}",'
        f'"user_agent":"example-sdk/{account % 9}.{account % 23}.{account % 7}",'
        f'"payment_fingerprint":"card-{account * 3:07x}",'
        f'"account_created_at":"{created:%Y-%m-%dT%H:%M:%SZ}",'
        f'"model":"example-large-{account % 3}","endpoint":"/v1/chat/completions",'
        f'"messages":[{{"role":"system","content":"You are assistant {account % 40} of the example service."}},'
        f'{{"role":"user","content":"{prompt}"}}],"response_text":"{answer}","reasoning_tokens":{pick[2] % 900},'
        f'"input_tokens":{len(prompt) // 4},"output_tokens":{tokens},"temperature":{(0.7, 1.0, 0.2)[account % 3]},'
        f'"max_tokens":{(1024, 4096)[account % 2]},"tools":null,"stream":{"true" if account % 2 else "false"},'
        f'"latency_ms":{200 + tokens * 11},"status":{200 if pick[3] % 200 else 429}}}\n'
    )
