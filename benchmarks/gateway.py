"""What gateways cost and how fast they act: real nginx, HAProxy, Caddy, LiteLLM, Envoy's protocol, the middleware."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import dataclasses
import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.gateways_running import PROGRAMS, RunningGateway, free_port, installed, listens, until
from benchmarks.litellm_running import RunningLiteLLM, program
from benchmarks.model_api import ModelApi
from benchmarks.real_node import RealNode
from benchmarks.reasoning_streams import SAMPLES, SECRET, rechunked
from benchmarks.small_node import SmallNode, decision
from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.enforcement.gateways.hiding import sse
from stillwatch.enforcement.gateways.hiding.stream import StreamFilter
from stillwatch.enforcement.gateways.hiding.wish import Wish

DESCRIPTION = "gateways: nginx over plain, blocks among 200,000 standing ones, reasoning leaks, node killed"

TARGETS = (
    ("nginx_over_plain", "nginx with auth_request, over its own plain p50", "<=", 2, "×"),
    ("block_propagation_p99_s", "a block at every gateway, p99", "<=", 2, "s"),
    ("reasoning_leaks", "reasoning leaked, random re-chunkings", "<=", 0),
    ("filter_event_p99_us", "reasoning filter, an event, p99", "<=", 20, "µs"),
    ("node_killed_blocked_let_in", "blocked accounts let in, node killed", "<=", 0),
    ("node_killed_honest_refused", "honest accounts refused, node killed", "<=", 0),
)
_RATE: Final = 2000
_CONNECTIONS: Final = 16


def run(small: bool) -> dict[str, Any]:
    """All figures; ``small`` takes fewer rounds."""
    figures: dict[str, Any] = hiding(100 if small else 1000)
    print(f"reasoning: {figures}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures |= nginx_over_plain(folder, rounds=2 if small else 5, seconds=2 if small else 5)
        print(f"nginx: {figures}", file=sys.stderr)
        figures |= propagation(folder, rounds=8 if small else 30, standing=2_000 if small else 200_000)
    return figures


def hiding(rechunkings: int) -> dict[str, Any]:
    """Leaks over random re-chunkings of every dialect, and what an event costs."""
    leaks = 0
    for sample in SAMPLES.values():
        for seed in range(rechunkings):
            stream = StreamFilter(
                Wish(reasoning=True, starts_inside=sample.starts_inside), lines=sample.lines
            )
            out = b"".join(map(stream.feed, rechunked(sample.content, seed))) + stream.finish()
            leaks += SECRET.encode() in out
    costs = [cost for sample in SAMPLES.values() if not sample.lines for cost in _costs(sample.content)]
    return {
        "reasoning_leaks": leaks,
        "rechunkings": rechunkings * len(SAMPLES),
        "filter_event_p50_us": statistics.median(costs) * 1e6,
        "filter_event_p99_us": statistics.quantiles(costs, n=100)[98] * 1e6,
    }


def _costs(content: bytes) -> list[float]:
    """Seconds for each event of a stream, the best of several passes."""
    events = sse.Splitter().feed(content)
    best = [float("inf")] * len(events)
    for _ in range(15):
        stream = StreamFilter(Wish(reasoning=True))
        for number, event in enumerate(events):
            start = time.perf_counter()
            stream.feed(event)
            best[number] = min(best[number], time.perf_counter() - start)
    return best


def nginx_over_plain(folder: Path, *, rounds: int, seconds: int) -> dict[str, Any]:
    """An nginx that asks the sidecar against the same nginx that does not, at 2,000 requests a second."""
    _need("nginx", "hey")
    folder = folder / "over-plain"
    folder.mkdir()
    with _node() as node, _static(folder) as upstream, _plain(folder, upstream) as plain:
        gateway = RunningGateway("nginx", _made(folder / "gateway"), node.url, f"127.0.0.1:{upstream}")
        try:
            gateway.start()
            node.decide(*(decision(f"acct-{number}") for number in range(2000)))
            until(lambda: gateway.status("acct-7") == 403)
            _load(gateway.port, 1)
            _load(plain, 1)
            asked, unasked = [], []
            for _ in range(rounds):
                unasked.append(_load(plain, seconds))
                asked.append(_load(gateway.port, seconds))
        finally:
            gateway.close()
    p50, plain_p50 = (statistics.median(each[0] for each in side) for side in (asked, unasked))
    return {
        "nginx_over_plain": p50 / plain_p50,
        "nginx_p50_ms": p50 * 1e3,
        "nginx_p99_ms": statistics.median(each[1] for each in asked) * 1e3,
        "plain_p50_ms": plain_p50 * 1e3,
        "plain_p99_ms": statistics.median(each[1] for each in unasked) * 1e3,
    }


def _load(port: int, seconds: int) -> tuple[float, float]:
    """Median and 99th percentile of the answers' times in seconds, at a fixed rate."""
    each = str(_RATE // _CONNECTIONS)
    words = ["hey", "-z", f"{seconds}s", "-c", str(_CONNECTIONS), "-q", each, "-o", "csv", "-cpus", "1"]
    words += ["-H", "X-Account-Id: honest", f"http://127.0.0.1:{port}/"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    bad = [row["status-code"] for row in rows if row["status-code"] != "200"]
    if bad or len(rows) < _RATE * seconds / 4:
        raise RuntimeError(f"{len(bad)} of {len(rows)} answers were not 200")
    times = sorted(float(row["response-time"]) for row in rows)
    return statistics.median(times), times[int(len(times) * 0.99)]


@dataclasses.dataclass(frozen=True, slots=True)
class _Gate:
    """A gateway that is running.

    Attributes:
        status: that an account gets there.
        processes: ids by what each is, where it is no part of this process.
    """

    status: Callable[[str], int]
    processes: Mapping[str, int] = dataclasses.field(default_factory=dict)


def propagation(folder: Path, *, rounds: int, standing: int) -> dict[str, Any]:
    """Seconds from asking a real node for a block to the first refusal at each gateway; then the node is killed."""
    found: dict[str, list[float]] = {}
    loaded: dict[str, float] = {}
    let_in = refused = 0
    drafts = (_draft(f"standing-{number}") for number in range(standing))
    node = RealNode(_made(folder / "node"), drafts).start()
    with contextlib.ExitStack() as stack:
        stack.callback(node.close)
        api = ModelApi()
        stack.callback(api.close)
        gates: dict[str, _Gate] = {}
        for name, each in _gateways(folder, node, api):
            begun = time.monotonic()
            gates[name] = gate = stack.enter_context(each)
            until(lambda gate=gate: gate.status(f"standing-{standing - 1}") == 403, 180.0)  # type: ignore[misc]
            loaded[name] = time.monotonic() - begun
            print(f"{name} holds {standing:,} decisions after {loaded[name]:.1f} s", file=sys.stderr)
        gateways = {name: gate.status for name, gate in gates.items()}
        for number in range(rounds):
            for name, status in gateways.items():
                account = f"{name}-{number}"
                if status(account) != 200:
                    raise RuntimeError(f"{name} refuses an honest account")
                start = time.monotonic()
                node.decide(account)
                until(lambda status=status, account=account: status(account) == 403, step_s=0.002)  # type: ignore[misc]
                found.setdefault(name, []).append(time.monotonic() - start)
        memory = {
            f"{name} {what}": _memory_mib(process)
            for name, gate in gates.items()
            for what, process in gate.processes.items()
        }
        node.kill()
        for name, status in gateways.items():
            let_in += sum(status(f"{name}-{number}") != 403 for number in range(min(rounds, 20)))
            refused += sum(status(f"honest-{number}") != 200 for number in range(5))
    every = sorted(seconds for times in found.values() for seconds in times)
    return {
        "block_propagation_p99_s": every[min(len(every) - 1, int(len(every) * 0.99))],
        "block_propagation_p50_s": statistics.median(every),
        "block_propagation_max_s": {name: max(times) for name, times in found.items()},
        "node_killed_blocked_let_in": let_in,
        "node_killed_honest_refused": refused,
        "gateways": len(found),
        "standing_decisions": standing,
        "started_and_loaded_s": loaded,
        "memory_mib": memory,
    }


def _memory_mib(process: int) -> float:
    """What a process and its children hold in memory, what they share counted for each."""
    told = Path(f"/proc/{process}/status").read_text(encoding="ascii").partition("VmRSS:")[2]
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return int(told.split()[0]) / 2**10 + sum(_memory_mib(int(child)) for child in children)


def _draft(account: str) -> Draft:
    return Draft(Scope.ACCOUNT, account, Action.BLOCK, "works off one list with others", "person", 3600.0)


def _gateways(folder: Path, node: RealNode, api: ModelApi) -> Iterator[tuple[str, Any]]:
    """Each gateway's name and a context that gives the status an account gets there."""
    for kind in PROGRAMS:
        _need(kind)
        yield kind, _program(kind, _made(folder / kind), node, api)
    if program() is None:
        raise FileNotFoundError("LiteLLM is not installed: run `make litellm`")
    yield "litellm", _litellm(_made(folder / "litellm"), node, api)
    yield "asgi", _asgi(node)
    yield "envoy", _envoy(_made(folder / "envoy"), node)


@contextlib.contextmanager
def _program(kind: str, folder: Path, node: RealNode, api: ModelApi) -> Iterator[_Gate]:
    gateway = RunningGateway(
        kind, folder, node.url, api.address, site=f'token_file = "{node.token_file}"', refresh_s=10.0
    )
    try:
        status = gateway.start().status
        running = {"program": gateway.program, "sidecar": gateway.sidecar}
        yield _Gate(status, {what: process.pid for what, process in running.items() if process is not None})
    finally:
        gateway.close()


@contextlib.contextmanager
def _litellm(folder: Path, node: RealNode, api: ModelApi) -> Iterator[_Gate]:
    proxy = RunningLiteLLM(folder, node.url, api.address, token_file=str(node.token_file))
    try:
        yield _Gate(lambda account: proxy.call(account, "chat").status, {"proxy": proxy.process.pid})
    finally:
        proxy.close()


@contextlib.contextmanager
def _asgi(node: RealNode) -> Iterator[_Gate]:
    from stillwatch.enforcement.gateways.asgi import Stillwatch

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    client = GatewayClient(Link(node.url, "asgi", node.token), None).start(wait_s=60)
    guarded = Stillwatch(app, client)

    def status(account: str) -> int:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "path": "/", "headers": [(b"x-account-id", account.encode())]}
        asyncio.run(guarded(scope, _nothing, send))
        return int(sent[0]["status"])

    yield _Gate(status)
    client.close()


async def _nothing() -> Any:
    return {"type": "http.disconnect"}


@contextlib.contextmanager
def _envoy(folder: Path, node: RealNode) -> Iterator[_Gate]:
    """Envoy's own question, asked by a gRPC client as Envoy asks it."""
    import grpc
    from envoy.service.auth.v3 import external_auth_pb2

    from stillwatch.enforcement.gateways.acting.judge import Judge
    from stillwatch.enforcement.gateways.identity import HeaderIdentity
    from stillwatch.enforcement.gateways.sidecar.envoy_grpc import Authorization

    client = GatewayClient(Link(node.url, "envoy", node.token), folder).start(wait_s=60)
    where = f"unix:{folder}/grpc.sock"
    server = Authorization(Judge(client), HeaderIdentity()).serve(where)
    with grpc.insecure_channel(where) as channel:
        check = channel.unary_unary(
            "/envoy.service.auth.v3.Authorization/Check",
            request_serializer=external_auth_pb2.CheckRequest.SerializeToString,
            response_deserializer=external_auth_pb2.CheckResponse.FromString,
        )

        def status(account: str) -> int:
            request = external_auth_pb2.CheckRequest()
            request.attributes.request.http.headers["x-account-id"] = account
            answer = check(request, timeout=5)
            return int(answer.denied_response.status.code) if answer.status.code else 200

        yield _Gate(status)
    server.stop(None)
    client.close()


@contextlib.contextmanager
def _node() -> Iterator[SmallNode]:
    node = SmallNode()
    try:
        yield node
    finally:
        if not node.closing:
            node.close()


@contextlib.contextmanager
def _static(folder: Path) -> Iterator[int]:
    """An upstream that answers as fast as anything can: nginx with a fixed answer."""
    port = free_port()
    location = "location / { default_type application/json; return 200 '{\"ok\": true}'; }"
    with _nginx(_made(folder / "static"), port, "", location):
        yield port


@contextlib.contextmanager
def _plain(folder: Path, upstream: int) -> Iterator[int]:
    """The gateway's nginx without Stillwatch."""
    port = free_port()
    pool = f"upstream model {{ server 127.0.0.1:{upstream}; keepalive 32; }}"
    proxied = 'proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;'
    with _nginx(
        _made(folder / "plain"), port, pool, f"location / {{ proxy_set_header Host $host; {proxied} }}"
    ):
        yield port


@contextlib.contextmanager
def _nginx(folder: Path, port: int, http: str, server: str) -> Iterator[None]:
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"worker_processes auto; pid {folder}/pid; error_log {folder}/error.log warn;"
        f"events {{ worker_connections 4096; }} http {{ access_log off; client_body_temp_path {folder}/body;"
        f"{temporary} {http} server {{ listen 127.0.0.1:{port}; {server} }} }}"
    )
    process = subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf", "-g", "daemon off;"])
    try:
        until(lambda: listens(port))
        yield
    finally:
        process.terminate()
        process.wait()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _need(*programs: str) -> None:
    for each in programs:
        if not (shutil.which(each) if each not in PROGRAMS else installed(each)):
            raise FileNotFoundError(f"{each} is not installed")
