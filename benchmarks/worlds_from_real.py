"""Composes logs without any attack from real data: who is called an attacker in them is wrongly accused.

Arrivals and token sizes come from real API clients (ServeGen, Azure, Mooncake) and real people (OASST2),
prompts from public data sets. Accounts, addresses and payments are invented, because no public data has
them, and answers are left out for the same reason. Fourteen days; nothing of the data is kept here.

    python benchmarks/worlds_from_real.py --data ../shared/data --seed 1 --out real.jsonl.gz
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import gzip
import io
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.range.infrastructure import BROWSERS, CLIENTS, PROGRAMS, Networks
from stillwatch.range.realdata.clients import Client as RealClient
from stillwatch.range.realdata.clients import clients
from stillwatch.range.realdata.files import rows
from stillwatch.range.realdata.prompts import Prompts
from stillwatch.range.seeding import arrays, dice, mix, number

if TYPE_CHECKING:
    from stillwatch.range.plan import Address

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 14
SPAN = DAYS * 86_400

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

Messages = list[dict[str, str]]
Write = Callable[[Random, int], Messages]


@dataclasses.dataclass(slots=True)
class Client:
    """One account: when it sends (seconds), how large its exchanges are, what it says."""

    kind: str
    times: np.ndarray
    sizes: np.ndarray  # input and output tokens, one row an exchange
    write: Write
    agents: tuple[str, ...]
    addresses: tuple[Address, ...]
    organization: str | None = None
    temperature: float | None = None
    model: str = "example-large-2"
    reasoning: float = 0.0
    created_days: float | None = None  # before the log begins; drawn where it is None
    harvest: np.ndarray | None = None  # which exchanges are for a campaign; none where it is None


class Data(Prompts):
    """The prompts and sizes of the shared data, read once; people's times and sizes besides."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.people = self._people()
        self.azure_chat = self._azure("conv")
        self.azure_code = self._azure("code")
        conversations = rows(root, "mooncake/conversation.jsonl.gz")
        self.mooncake = np.asarray([(row["inp"], row["out"]) for row in conversations], dtype=np.int64)

    def _people(self) -> list[list[tuple[float, str]]]:
        """Real people: messages with their times, folded into the fortnight by weekday and hour."""
        by_user: dict[str, list[tuple[float, str]]] = {}
        for row in rows(self.root, "oasst2_slice/messages.jsonl.gz"):
            if row["role"] == "prompter" and row["text"]:
                when = datetime.fromisoformat(row["t"])
                monday = when - timedelta(
                    days=when.weekday(), hours=when.hour, minutes=when.minute, seconds=when.second
                )
                week = monday.isocalendar().week % 2
                second = (when - monday).total_seconds() + week * 7 * 86_400
                by_user.setdefault(row["user"], []).append((second % SPAN, row["text"]))
        return [sorted(messages) for _, messages in sorted(by_user.items())]

    def _azure(self, name: str) -> np.ndarray:
        with gzip.open(self.root / f"azure_llm_2023/{name}.csv.gz", "rt") as lines:
            rows = list(csv.DictReader(lines))
        return np.asarray(
            [(int(row["ContextTokens"]), int(row["GeneratedTokens"])) for row in rows], dtype=np.int64
        )


class Composer:
    """Turns data into accounts."""

    def __init__(self, data: Data, seed: int) -> None:
        self.data = data
        self.seed = seed
        self.rng = dice("real", seed)
        self.gen = arrays("real", seed)
        self.networks = Networks(("real", seed))

    def clients(self, exchanges: int) -> Iterator[Client]:
        """Every account; heavy API clients send about half of all exchanges."""
        yield from self.heavy(round(exchanges * 0.5))
        yield from self.chat(round(exchanges * 0.18))
        yield from self.scaffold_users(round(exchanges * 0.06))
        yield from self.coding_agents(round(exchanges * 0.14))
        yield from self.evaluators(round(exchanges * 0.09))
        yield from self.judges(round(exchanges * 0.02))
        yield from self.researchers(round(exchanges * 0.01))

    def heavy(self, wanted: int) -> Iterator[Client]:
        """Real API clients: rate and burstiness of each ten-minute window, token sizes of each six hours."""
        known = clients(self.data.root)
        chosen = [int(i) for i in self.gen.choice(len(known), min(len(known), 260), replace=False)]
        volume = {i: known[i].volume ** 0.45 for i in chosen}
        total = sum(volume.values())
        for i in chosen:
            count = max(3, round(wanted * volume[i] / total))
            times = known[i].times(self.gen, count)
            reason = known[i].name.startswith("deepseek")
            yield Client(
                "heavy_client",
                times,
                self._sizes(known[i], times),
                self._application(i),
                (self.rng.choice(PROGRAMS),),
                self.networks.cloud(
                    self.rng, self.networks.country(self.rng), 1 + int(self.rng.random() * 4)
                ),
                organization=f"org_{number(self.seed, 'heavy', i):012x}",
                temperature=self.rng.choice([None, 0.0, 0.3, 0.7]),
                model="example-reason-1" if reason else self.rng.choice(["example-large-2", "example-mid-2"]),
                reasoning=0.7 if reason else 0.0,
            )

    def _sizes(self, client: RealClient, times: np.ndarray) -> np.ndarray:
        found = client.tokens(self.gen, times)
        if found is None:
            return self.data.azure_chat[self.gen.integers(0, len(self.data.azure_chat), len(times))]
        return found

    def _application(self, index: int) -> Write:
        """What a heavy client says: its own stock of texts, often inside its own fixed system prompt."""
        rng = dice("application", self.seed, index)
        names = rng.sample(sorted(self.data.texts), 1 + int(rng.random() * 3))
        stock = [text for name in names for text in self.data.texts[name]]
        stock = rng.sample(stock, min(len(stock), 150 + int(rng.random() * 1500)))
        system = rng.choice(self.data.texts["awesome_prompts_en/prompts"]) if rng.random() < 0.6 else None

        def write(own: Random, _serial: int) -> Messages:
            return said(stock[int(own.random() ** 1.6 * len(stock))], system)

        return write

    def chat(self, wanted: int) -> Iterator[Client]:
        """People: some with their recorded times, then others with the same pacing and other prompts."""
        made = 0
        for messages in self.data.people:
            times = np.asarray([when for when, _ in messages])
            texts = [text for _, text in messages]
            yield self._person(
                "chat_real_times", times, lambda _rng, serial, t=texts: said(t[serial % len(t)])
            )
            made += len(texts)
        hours = np.concatenate([[when for when, _ in messages] for messages in self.data.people])
        names = (
            "arena_hard/prompts",
            "openassistant_prompts/en_100",
            "openassistant_prompts/prompt_lottery_en",
        )
        names += (
            "self_instruct/user_oriented",
            "ultrachat_eval/prompts",
            "gpteacher/roleplay",
            "bbh/prompts",
        )
        while made < wanted:
            count = 1 + int(self.rng.lognormvariate(1.6, 1.0))
            texts = self.data.texts[self.rng.choice(names)] + self.data.texts[self.rng.choice(names)]
            times = self.sittings(hours, count)
            yield self._person(
                "chat", times, lambda rng, _serial, t=texts: said(t[int(rng.random() * len(t))])
            )
            made += count

    def sittings(self, hours: np.ndarray, count: int) -> np.ndarray:
        """Seconds at which a person sends so many requests, a few in a row."""
        starts = self.gen.choice(hours, max(1, count // 3))
        gaps = self.gen.lognormal(4.4, 0.9, count)
        return np.sort((starts[self.gen.integers(0, len(starts), count)] + np.cumsum(gaps) % 3600) % SPAN)

    def _person(self, kind: str, times: np.ndarray, write: Write, **more: Any) -> Client:
        sizes = self.data.mooncake[self.gen.integers(0, len(self.data.mooncake), len(times))]
        country = self.networks.country(self.rng)
        return Client(
            kind,
            times,
            sizes,
            write,
            (self.rng.choice(BROWSERS),),
            self.networks.home(self.rng, country),
            **more,
        )

    def scaffold_users(self, wanted: int) -> Iterator[Client]:
        """Unrelated people with the same popular prompts."""
        hours = np.concatenate([[when for when, _ in messages] for messages in self.data.people])
        made = 0
        while made < wanted:
            name = "awesome_prompts_zh/prompts" if self.rng.random() < 0.2 else "awesome_prompts_en/prompts"
            texts = self.data.texts[name]
            mine = [
                texts[int(self.rng.random() ** 3 * len(texts))] for _ in range(1 + int(self.rng.random() * 3))
            ]
            count = 1 + int(self.rng.lognormvariate(1.3, 0.9))
            yield self._person(
                "scaffold_user",
                self.sittings(hours, count),
                lambda rng, _serial, t=mine: said(t[int(rng.random() * len(t))]),
            )
            made += count

    def coding_agents(self, wanted: int) -> Iterator[Client]:
        """Coding agents: public system prompts, tool loops in bursts, sizes of real code traffic."""
        made = 0
        names = ("swe_agent/issues", "mbpp/prompts", "gpteacher/codegen", "bfcl/BFCL_v4_multi_turn_base")
        names += ("glaive_toolcall/glaive_en", "glaive_toolcall/glaive_zh")
        while made < wanted:
            system = self.data.agents[int(self.rng.random() ** 2 * len(self.data.agents))]
            tasks = self.data.texts[self.rng.choice(names)]
            mine = [self.rng.choice(tasks) for _ in range(2 + int(self.rng.random() * 12))]
            count = 8 + int(self.rng.lognormvariate(4.0, 1.0))
            bursts = np.sort(self.gen.integers(0, SPAN - 7200, max(1, count // 25)))
            which = np.sort(self.gen.integers(0, len(bursts), count))
            times = np.sort(bursts[which] + np.cumsum(self.gen.lognormal(2.6, 0.9, count)) % 7000)
            sizes = self.data.azure_code[self.gen.integers(0, len(self.data.azure_code), count)]

            def write(_rng: Random, serial: int, system: str = system, mine: list[str] = mine) -> Messages:
                return said(mine[serial // 25 % len(mine)], system)

            country = self.networks.country(self.rng)
            agents = (self.rng.choice(CLIENTS),)
            yield Client("coding_agent", times, sizes, write, agents, self.networks.home(self.rng, country))
            made += count

    def evaluators(self, wanted: int) -> Iterator[Client]:
        """Unrelated laboratories: the same items in list order in the exact scaffolds of a public harness."""
        sources = {
            "gsm8k": "gsm8k/test",
            "mmlu": "mmlu/test",
            "humaneval": "humaneval/prompts",
            "bbh": "bbh/prompts",
            "truthfulqa": "truthfulqa/prompts",
            "mgsm": "mgsm/prompts",
            "ifeval": "ifeval/prompts",
            "mbpp": "mbpp/prompts",
            "bfcl": "bfcl/BFCL_v4_live_simple",
            "arena": "arena_hard/prompts",
        }
        made = 0
        while made < wanted:
            name = self.rng.choice(sorted(sources))
            items = self.data.texts[sources[name]]
            scaffold = self.rng.choice(self.data.scaffolds.get(name, ["\x00"]))
            count = min(len(items), 60 + int(self.rng.lognormvariate(5.0, 0.9)))
            start = self.gen.integers(0, SPAN - 40_000)
            times = start + np.cumsum(self.gen.exponential(min(3.0, 36_000 / count), count))

            def write(
                _rng: Random, serial: int, items: list[str] = items, scaffold: str = scaffold
            ) -> Messages:
                return said(scaffold.replace("\x00", items[serial % len(items)]))

            yield self._program("evaluation_harness", times, write, temperature=0.0)
            made += count

    def judges(self, wanted: int) -> Iterator[Client]:
        """Teams that grade answers with public judge prompts."""
        made = 0
        answers = self.data.texts["ultrachat_eval/prompts"]
        while made < wanted:
            judge = self.rng.choice(self.data.judges)
            questions = self.rng.sample(self.data.texts["mtbench_vicuna/mt_bench"], 60)
            count = 30 + int(self.rng.lognormvariate(4.5, 0.6))
            times = self.gen.integers(0, SPAN - 9000) + np.cumsum(self.gen.exponential(20.0, count))

            def write(
                rng: Random, serial: int, judge: dict[str, Any] = judge, questions: list[str] = questions
            ) -> Messages:
                asked, given = questions[serial % len(questions)], answers[int(rng.random() * len(answers))]
                text = re.sub(r"\{question[_\d]*\}", lambda _: asked, judge["prompt_template"])
                return said(re.sub(r"\{\w+\}", lambda _: given, text), judge["system_prompt"])

            yield self._program("judge", times % SPAN, write, temperature=0.0)
            made += count

    def researchers(self, wanted: int) -> Iterator[Client]:
        """Researchers who try an openly described synthetic-data prompt on a small scale."""
        made = 0
        seeds = self.data.texts["self_instruct/seed_tasks"]
        for template in self.rng.sample(self.data.pipelines, len(self.data.pipelines)):
            if made >= wanted:
                return
            count = 20 + int(self.rng.lognormvariate(4.0, 0.5))
            times = self.gen.integers(0, SPAN - 9000) + np.cumsum(self.gen.exponential(25.0, count))

            def write(rng: Random, _serial: int, template: str = template) -> Messages:
                text = seeds[int(rng.random() * len(seeds))]
                return said(re.sub(r"\{\{[^}]*\}\}|\{\w+\}", lambda _: text, template, count=2))

            yield self._program("researcher", times % SPAN, write, temperature=0.8)
            made += count

    def _program(self, kind: str, times: np.ndarray, write: Write, temperature: float) -> Client:
        sizes = self.data.azure_chat[self.gen.integers(0, len(self.data.azure_chat), len(times))]
        country = self.networks.country(self.rng)
        return Client(
            kind,
            np.sort(times),
            sizes,
            write,
            (self.rng.choice(PROGRAMS),),
            self.networks.cloud(self.rng, country),
            temperature=temperature,
        )


def said(text: str, system: str | None = None) -> Messages:
    """The messages of one request."""
    user = [{"role": "user", "content": text}]
    return [{"role": "system", "content": system}, *user] if system else user


def shared_data() -> Path:
    """The folder of the real data.

    Raises:
        StillwatchError: it is not there.
    """
    if not _DATA.is_dir():
        raise StillwatchError(
            "the shared real data are not here, and nothing is downloaded",
            code="SW-SYS-03",
            where=str(_DATA),
            hint="put the folder shared/data beside the repository",
            exit_code=ExitCode.UNREADABLE,
        )
    return _DATA


def compose(data: Path, seed: int, exchanges: int = 200_000) -> Iterator[dict[str, Any]]:
    """Canonical records in order of time, a few more than asked for, with no attack among them."""
    return records(list(Composer(Data(data), seed).clients(round(exchanges * 1.02))), seed)


def records(clients: list[Client], seed: int) -> Iterator[dict[str, Any]]:
    """Canonical records of some accounts in order of time."""
    owner = np.concatenate([np.full(len(client.times), i) for i, client in enumerate(clients)])
    serial = np.concatenate([np.arange(len(client.times)) for client in clients])
    when = np.concatenate([np.clip(client.times, 0, SPAN - 1) for client in clients])
    identities = [identity(client, seed, index) for index, client in enumerate(clients)]
    rng = Random()
    begin = np.datetime64(BEGIN.replace(tzinfo=None), "ms")
    for position, row in enumerate(np.lexsort((serial, owner, when))):
        client, place = clients[owner[row]], int(serial[row])
        rng.seed(mix(number(seed, int(owner[row])), place))
        stamp = np.datetime_as_string(begin + np.timedelta64(int(when[row] * 1000), "ms"), unit="ms")
        yield _record(client, identities[owner[row]], place, f"{stamp}Z", mix(seed, position), rng)


def identity(client: Client, seed: int, index: int) -> dict[str, Any]:
    """Whose account it is, all of it invented."""
    code = number("real account", seed, index)
    rng = dice("real identity", seed, index)
    age = 1 + min(1200.0, rng.expovariate(1 / 250)) if client.created_days is None else client.created_days
    created = BEGIN - timedelta(days=age)
    return {
        "account_id": f"acct_{code:016x}",
        "organization_id": client.organization,
        "api_key_id": f"key_{number(code):016x}",
        "payment_fingerprint": None if rng.random() < 0.15 else f"pay_{number(code, 'pay'):016x}",
        "account_created_at": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _record(
    client: Client, identity: dict[str, Any], place: int, stamp: str, code: int, rng: Random
) -> dict[str, Any]:
    messages = client.write(rng, place)
    taken, given = (int(value) for value in client.sizes[place])
    address = client.addresses[int(rng.random() ** 2 * len(client.addresses))]
    return {
        "ts": stamp,
        "request_id": f"req_{code:016x}",
        **identity,
        "ip": address.ip,
        "asn": address.asn,
        "country": address.country,
        "user_agent": client.agents[0],
        "model": client.model,
        "endpoint": "/v1/chat/completions",
        "messages": messages,
        "response_text": None,
        "reasoning_tokens": int(given * client.reasoning),
        "input_tokens": taken,
        "output_tokens": given,
        "temperature": client.temperature,
        "max_tokens": None,
        "tools": None,
        "stream": client.kind.startswith("chat"),
        "latency_ms": 200 + given * 12,
        "status": 200,
    }


def main() -> int:
    """Write the composed log and say what is in it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the shared real data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--exchanges", type=int, default=200_000)
    parser.add_argument("--out", type=Path, required=True, help="file to write, .jsonl.gz")
    given = parser.parse_args()
    if not given.data.is_dir():
        print(f"error: there is no folder {given.data}", file=sys.stderr)
        return 2
    accounts: set[str] = set()
    count = 0
    with (
        given.out.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0, filename="") as packed,
        io.BufferedWriter(packed, 1 << 20) as target,  # type: ignore[type-var] # GzipFile is a raw writer here
    ):
        for record in compose(given.data, given.seed, given.exchanges):
            target.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
            accounts.add(record["account_id"])
            count += 1
    print(f"wrote {count} exchanges of {len(accounts)} accounts, no attack among them", file=sys.stderr)
    print(given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
