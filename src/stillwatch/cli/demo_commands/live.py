"""Catch and stop a harvest while it runs: real requests through a real gateway, a node, a policy."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import orjson

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import config_option, current_settings, quiet_option
from stillwatch.cli.output import Output, table
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.cli.demo_commands.callers import Call, Callers, Outcome
    from stillwatch.cli.demo_commands.time_lapse import Clock
    from stillwatch.range.world import World

WORLD: Final = "demo"
_ACCOUNTS: Final = 400
_HONEST: Final = 120
_HONEST_BEHIND_LITELLM: Final = 80
_LITELLM_PER_S: Final = 25.0  # what the proxy carries on two cores that also run everything else here
_DAYS: Final = 10
_SAY_EVERY_S: Final = 5.0
_POLICY: Final = """\
# Written by `stillwatch demo live`.
brakes: {accounts: 0.5, traffic: 0.5} # a quarter of this small site is hostile
rules:
  - id: stop-harvest
    when: verdict == 'attack'
    action: block
    ttl: 7d
    reason: the account is part of a harvest
"""


@click.command(epilog="\b\nExample:\n  stillwatch demo live --seconds 120")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("stillwatch-demo-live"),
    show_default=True,
    metavar="DIR",
    help="Folder for the node, the policy and the gateway's files; it must be new or empty.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=20),
    default=120.0,
    show_default=True,
    help="How long the world's ten days take; longer where the gateway is slower.",
)
@click.option(
    "--litellm",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Environment that LiteLLM is installed in; .venv-litellm if it is there, else the ASGI middleware.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another world.")
@quiet_option
@config_option
def command(out: Path, seconds: float, litellm: Path | None, seed: int, quiet: bool) -> None:
    """Catch and stop a harvest while it runs.

    An invented site's customers and two campaigns call a model through a gateway. The gateway sends the node what
    was asked; the node judges it every few seconds, its policy blocks whom it finds, and the gateway refuses them
    from then on, while everybody else goes on. Ten days pass within minutes: between gateway and node the time of
    each exchange is moved to the world's own.
    """
    from stillwatch.cli.demo_commands import gateways

    output = Output(quiet=quiet)
    if out.exists() and any(out.iterdir()):
        raise StillwatchError(
            "the folder is not empty", code="SW-NODE-42", where=str(out), hint="name a new one with --out"
        )
    on_interrupt(f"what there is so far is in {out}")
    settings = current_settings()
    program = gateways.litellm_program(litellm)
    world = _world(seed)
    records = _records(world, seed, _HONEST if program is None else _HONEST_BEHIND_LITELLM)
    if program is not None:
        seconds = max(seconds, len(records) / _LITELLM_PER_S)
    output.say(
        f"{len(records):,} requests of {len({r['account_id'] for r in records}):,} accounts are planned"
    )
    baseline = _earlier(seed, out, settings, output)
    policy = _promoted_policy(out / "policy.yaml")
    key = settings.key_file
    with contextlib.ExitStack() as stack:
        from stillwatch.cli.demo_commands.time_lapse import Clock, TimeLapse

        node, relay = gateways.free_port(), gateways.free_port()
        stack.enter_context(_node(out / "node", node, baseline, policy, key))
        output.say(f"the node answers at http://127.0.0.1:{node}")
        begin = _moment(records[0]["ts"])
        clock = Clock(begin, _DAYS * 86_400 / seconds)
        TimeLapse(relay, node, clock)
        answers = _answers(records)
        if program is not None:
            output.say("the gateway is a LiteLLM proxy with Stillwatch's plugin; it takes a while to start")
            models = sorted({record["model"] for record in records})
            port, process = gateways.start_litellm(program, out / "litellm", relay, answers, models)
            stack.callback(gateways.end, process)
        else:
            output.say("the gateway is the ASGI middleware; with LiteLLM installed (make litellm) it is that")
            port = gateways.start_middleware(out / "middleware", relay, answers, stack)
        outcomes = _play(world, records, port, node, clock, output)
        output.say(_story(world, outcomes))
    output.path(out)


def _world(seed: int) -> World:
    from stillwatch.range.world import make_world

    return make_world(WORLD, seed, _ACCOUNTS)


def _records(world: World, seed: int, customers: int) -> list[dict[str, Any]]:
    """The world's exchanges in order of time: all of the campaigns' accounts and some of the honest ones."""
    honest = sorted(a for a, about in world.truth.items() if about.label != "attack")
    chosen = set(random.Random(seed).sample(honest, min(customers, len(honest))))  # noqa: S311 -- which customers to show
    return [
        r
        for r in world.exchanges()
        if r["account_id"] in chosen or world.truth[r["account_id"]].label == "attack"
    ]


def _earlier(seed: int, out: Path, settings: Any, output: Output) -> Path:
    """A store of the ten days before, as a lab would have it."""
    from stillwatch.cli.range_commands.make import write
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.logs.sources import expand
    from stillwatch.range.world import make_world
    from stillwatch.traffic.history import background_of
    from stillwatch.traffic.ingest import ingest
    from stillwatch.traffic.pseudonyms import load_or_create
    from stillwatch.traffic.store import Store, writing

    world = make_world(f"{WORLD}-history", seed, _ACCOUNTS)
    logs = write(world, out / "earlier", "canonical", "writing the ten days before", quiet=output.quiet).logs
    key = load_or_create(settings.key_file)
    store = Store.create_or_open(out / "earlier-store", key.fingerprint(), settings.sketch_sample)
    ingest(expand([str(logs)]), store, key, ReadOptions(), threads=settings.threads)
    with writing(store.path):
        store.set_background(background_of(store, source="the ten days before"))
    return store.path


def _promoted_policy(path: Path) -> Path:
    """The policy, its rule let act: a new one would be in shadow."""
    from stillwatch import clock
    from stillwatch.core.decision import Mode
    from stillwatch.enforcement.promotion import promoted, write

    path.write_text(_POLICY, encoding="utf-8")
    at = clock.now().isoformat(timespec="seconds")
    write(path, promoted(path, "stop-harvest", Mode.ENFORCE, by="demonstrator", at=at))
    return path


@contextlib.contextmanager
def _node(folder: Path, port: int, baseline: Path, policy: Path, key: Path) -> Iterator[None]:
    """A node in a process of its own.

    Raises:
        StillwatchError: it does not start.
    """
    from stillwatch.cli.demo_commands import gateways

    words = ["--dir", folder, "--listen", f"127.0.0.1:{port}", "--baseline", baseline, "--policy", policy]
    process = subprocess.Popen(  # noqa: S603 -- this very program
        [sys.executable, "-m", "stillwatch.cli", "serve", "--quiet", "--every", "3", *map(str, words)],
        env=os.environ | {"STILLWATCH_KEY_FILE": str(key)},
    )
    try:
        until = time.monotonic() + 60
        while _asked(port, "/healthz") is None:
            if process.poll() is not None or time.monotonic() > until:
                raise StillwatchError(
                    "the node does not start",
                    code="SW-NODE-43",
                    where=str(folder),
                    exit_code=ExitCode.REMOTE_FAILED,
                )
            time.sleep(0.2)
        yield
    finally:
        gateways.end(process)


def _asked(port: int, path: str) -> dict[str, Any] | None:
    """What the node says; None where it does not."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        said: dict[str, Any] = orjson.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, orjson.JSONDecodeError):
        return None
    finally:
        connection.close()
    return said


def _answers(records: list[dict[str, Any]]) -> dict[bytes, str]:
    from stillwatch.cli.demo_commands.model_api import key_of

    return {key_of(r["messages"]): r["response_text"] for r in records if r.get("response_text")}


def _moment(ts: str) -> float:
    return datetime.datetime.fromisoformat(ts).timestamp()


def _play(
    world: World, records: list[dict[str, Any]], port: int, node: int, clock: Clock, output: Output
) -> dict[str, Outcome]:
    """Let everybody call, and say now and then how it stands."""
    from stillwatch.cli.demo_commands.callers import Callers, call_of

    calls: list[Call] = [
        call_of(r, _moment(r["ts"]), world.truth[r["account_id"]].campaign_id or "") for r in records
    ]
    callers = Callers(calls, port, clock)
    clock.start()
    callers.start()
    while callers.busy():
        time.sleep(_SAY_EVERY_S)
        output.say(_standing(callers, node, clock))
    return callers.outcomes


def _standing(callers: Callers, node: int, clock: Clock) -> str:
    """How it stands, in one line."""
    day = min(_DAYS, (time.time() - clock.started) * clock.speed / 86_400)
    honest, hostile = callers.outcomes[""], [o for side, o in list(callers.outcomes.items()) if side]
    said = _asked(node, "/readyz") or {}
    blocked = _asked(node, "/v1/decisions?mode=enforce&limit=0") or {}
    lag = said.get("lag_s")
    return (
        f"day {day:4.1f}: honest {honest.answered:,} answered, {honest.refused} refused; "
        f"attackers {sum(o.answered for o in hostile):,} answered, {sum(o.refused for o in hostile):,} refused; "
        f"{blocked.get('total', 0)} accounts blocked; verdicts {'not yet there' if lag is None else f'{lag:.0f} s old'}"
    )


def _story(world: World, outcomes: dict[str, Outcome]) -> str:
    """What became of whom, beside the truth."""
    rows = []
    for side in sorted(outcomes, key=lambda side: (side == "", side)):
        outcome = outcomes[side]
        members = sum(about.campaign_id == side for about in world.truth.values()) if side else 0
        rows.append(
            (
                side or "honest customers",
                members or "",
                f"{outcome.sent:,}",
                f"{outcome.answered:,}",
                f"{outcome.refused:,}",
                f"{len(outcome.accounts_refused):,}",
                f"{outcome.failed:,}" if outcome.failed else "",
            )
        )
    head = ("who", "accounts", "asked", "answered", "refused", "accounts refused", "failed")
    return f"\n{table(head, rows)}\n{_failures(outcomes)}"


def _failures(outcomes: dict[str, Outcome]) -> str:
    """Why requests failed, where some did."""
    lines = [
        f"{side or 'honest customers'} failed: "
        + ", ".join(f"{n:,} × {why}" for why, n in outcome.why.most_common())
        for side, outcome in sorted(outcomes.items())
        if outcome.why
    ]
    return "".join(f"{line}\n" for line in lines)
