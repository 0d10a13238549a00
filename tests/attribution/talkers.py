"""Models that talk in a language of 200 words: innocent ones by chance alone, a copy that leans towards a key's favour."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import numpy as np
from tests.attribution.endpoints import Asked, ModelServer, Served, says

from stillwatch.attribution.keys.handout import handout
from stillwatch.attribution.keys.schedule import Schedule
from stillwatch.attribution.keys.secrets import WATERMARK, purpose_key
from stillwatch.attribution.tokenising import write_words
from stillwatch.attribution.watermark.favoured import favoured
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.casework.records import Records

SYLLABLES = ("ba", "de", "gi", "ko", "lu", "ma", "ne", "pi", "ro", "su")
TOKENS = [f"{a}{b}{c} " for a, b, c in itertools.product(SYLLABLES, SYLLABLES, ("n", "t"))]
SETTINGS = WatermarkSettings()
LENGTH = 40


class Talker:
    """Answers for a `ModelServer`: deterministic in the prompt and in how often it was asked.

    Args:
        name: of the model; different names talk differently.
        secret: whose favour it leans towards; None for an innocent one.
    """

    def __init__(self, name: str, secret: bytes | None = None) -> None:
        self._name = name
        self._asked: dict[str, int] = {}
        self._favoured: np.ndarray | None = None
        if secret is not None:
            every = np.indices((len(TOKENS), len(TOKENS))).reshape(2, -1).T.astype(np.int64)
            key = purpose_key(secret, WATERMARK)
            self._favoured = favoured(key, every, SETTINGS.gamma).reshape(len(TOKENS), len(TOKENS))

    def __call__(self, asked: Asked) -> Served:
        self._asked[asked.prompt] = count = self._asked.get(asked.prompt, -1) + 1
        sample = count if asked.body.get("temperature") else 0
        drawn = random.Random(f"{self._name}|{asked.prompt}|{sample}")
        return says(self._text(drawn), model=self._name)

    def _text(self, drawn: random.Random) -> str:
        tokens = [drawn.randrange(len(TOKENS))]
        while len(tokens) < LENGTH:
            one, other = drawn.randrange(len(TOKENS)), drawn.randrange(len(TOKENS))
            if self._favoured is not None and self._favoured[tokens[-1], other]:
                one = other
            tokens.append(one)
        return "".join(TOKENS[token] for token in tokens)


def keyed(records: Records, folder: Path) -> bytes:
    """A schedule with a key of campaign-7's own, opened after its epoch: its secret; ``material.json`` has the rest."""
    administrator, analyst = (records.people.get(f"{role}-1") for role in ("administrator", "analyst"))
    schedule = Schedule(folder, records)
    schedule.begin(administrator, SETTINGS, slots=4)
    schedule.assign(analyst, {"campaign-7": ["acct-1", "acct-2"]})
    schedule.rotate(administrator)
    approval = schedule.ask_opening(analyst, ["campaign-7"], ["e1"])
    with records.database.write() as connection:
        records.approvals.approve(connection, approval, "reviewer-1")
    opening = schedule.open(analyst, ["campaign-7"], ["e1"])
    write_words(folder / "words.json", TOKENS)
    document = handout(opening, 40, "words.json", ())
    (folder / "material.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    return opening.all_keys()[0].secret


def plan_file(
    folder: Path, servers: dict[str, ModelServer], tests: str = '"watermark"', more: str = ""
) -> Path:
    """A plan for servers by name; all but ``suspect`` and ``teacher`` are controls, the first of them a hard one."""
    (folder / "pool.txt").write_text("".join(f"say something about number {n}\n" for n in range(60)))
    tables = []
    for place, (name, server) in enumerate(servers.items()):
        table = f"[{name}]" if name in ("suspect", "teacher") else f'[[controls]]\nname = "{name}"'
        hard = "hard = true\n" if place == 2 else ""
        tables.append(f'{table}\nurl = "{server.url}"\nmodel = "{server.name}"\n{hard}')
    path = folder / "plan.toml"
    path.write_text(
        'id = "att-example"\nquestion = "Was the suspect trained on answers served to campaign-7?"\n'
        f'tests = [{tests}]\npool = "pool.txt"\nmaterial = "material.json"\n\n'
        + "\n".join(tables)
        + "\n[options]\nprompts = 25\nmax_tokens = 64\nrate = 0.65\ndecoys = 40\n"
        "\n[stopping]\nsentinels = 2\nsentinel_every = 100\n" + more,
        encoding="utf-8",
    )
    return path
