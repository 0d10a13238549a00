"""The block at a real gateway: the attacker is refused, customers are served, and who is cleared is served again."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.cli.demo_commands.gateways import free_port, start_middleware
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.cli.demo_commands.story.cast import Cast
    from stillwatch.cli.demo_commands.story.stage import Stage

_SOME: Final = 20
_WAIT_S: Final = 60.0


def play(stage: Stage, cast: Cast) -> None:
    """Start lab A's node and gateway, wait until the block has arrived, and let everybody ask."""
    stage.scene("Lab A's gateway: the attacker is refused, customers are served")
    node = free_port()
    cast.a.desk.program(
        stage, node, "serve", "--dir", "stillwatch-node", "--listen", f"127.0.0.1:{node}", "--quiet"
    )
    port = start_middleware(cast.a.desk.folder / "gateway", node, {}, stage.ending)
    stage.figures["gateway_port"] = port
    attackers = sorted(_blocked(cast))[:_SOME]
    customers = sorted(cast.a.world.truth.keys() - cast.a.members)[:_SOME]
    began = time.monotonic()
    until(port, attackers[0], 403)
    waited = time.monotonic() - began
    refused = sum(ask(port, each) == 403 for each in attackers)
    served = sum(ask(port, each) == 200 for each in customers)
    stage.say(
        f"{waited:.1f} s after the gateway came up, {refused} of {len(attackers)} blocked accounts are refused; "
        f"{served} of {len(customers)} customers are served"
    )
    stage.figures |= {
        "gateway_refused": refused,
        "gateway_asked_blocked": len(attackers),
        "gateway_served": served,
        "gateway_asked_customers": len(customers),
    }


def _blocked(cast: Cast) -> Iterable[str]:
    from stillwatch.cli.demo_commands.story.reading import Verdicts

    return Verdicts.read(cast.a.desk.folder / "findings").called & cast.a.members


def until(port: int, account: str, status: int) -> None:
    """Wait until an account is answered with a status.

    Raises:
        StillwatchError: it never is.
    """
    limit = time.monotonic() + _WAIT_S
    while ask(port, account) != status:
        if time.monotonic() > limit:
            raise StillwatchError(
                f"the gateway does not answer {account} with status {status}",
                code="SW-STORY-04",
                where=f"http://127.0.0.1:{port}",
                exit_code=ExitCode.REMOTE_FAILED,
            )
        time.sleep(0.2)


def ask(port: int, account: str) -> int:
    """The status with which a request of an account is answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = orjson.dumps(
        {"model": "example-large-2", "messages": [{"role": "user", "content": "a short question"}]}
    )
    try:
        connection.request(
            "POST",
            "/v1/chat/completions",
            body,
            {"Content-Type": "application/json", "X-Account-Id": account},
        )
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
