"""The gateway of the demonstration: a LiteLLM proxy where one is installed, else the middleware around the model."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

import stillwatch
from stillwatch.cli.demo_commands.model_api import ModelApi, serve_in_thread
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from collections.abc import Mapping

_STARTS_WITHIN_S: Final = 180.0
_ENDS_WITHIN_S: Final = 20.0
_AUTH: Final = '''\
"""Whose call it is: what an operator's own authentication would say."""

from litellm.proxy._types import UserAPIKeyAuth


async def user_api_key_auth(request, api_key):
    return UserAPIKeyAuth(api_key=api_key, user_id=request.headers.get("x-account-id"))
'''


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def litellm_program(folder: Path | None) -> Path | None:
    """LiteLLM's program in the environment named, in ``STILLWATCH_LITELLM``, or in ``.venv-litellm`` here."""
    named = folder or Path(os.environ.get("STILLWATCH_LITELLM") or ".venv-litellm")
    program = named / "bin" / "litellm"
    if folder is not None and not program.exists():
        raise StillwatchError(
            "there is no LiteLLM in this environment",
            code="SW-NODE-40",
            where=str(folder),
            hint="install it with: make litellm, or leave --litellm out",
        )
    return program.resolve() if program.exists() else None


def start_litellm(
    program: Path, folder: Path, node: int, answers: Mapping[bytes, str], models: Iterable[str]
) -> tuple[int, subprocess.Popen[bytes]]:
    """A LiteLLM proxy with the plugin, in front of the model; its port and process.

    Raises:
        StillwatchError: it does not start.
    """
    from stillwatch.enforcement.gateways import registry
    from stillwatch.enforcement.gateways.site import Site

    api, port = free_port(), free_port()
    serve_in_thread(ModelApi(answers), api)
    folder.mkdir(parents=True, exist_ok=True)
    site = Site(name="litellm", node=f"http://127.0.0.1:{node}", state=str((folder / "state").resolve()))
    files = dict(registry.get("litellm").render(site))
    files["authentication.py"] = _AUTH
    files["config.yaml"] = _config(api, models)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    source = Path(stillwatch.__file__).parents[1]
    environment = os.environ | {
        "PYTHONPATH": f"{source}:{folder.resolve()}",
        "LITELLM_MASTER_KEY": f"sk-{secrets.token_hex(16)}",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
        "NO_PROXY": "127.0.0.1",
    }
    words = [str(program), "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 -- the operator's own program
            words, cwd=folder, env=environment, stdout=log, stderr=log
        )
    if not _answers(port, process):
        process.kill()
        raise StillwatchError(
            "the LiteLLM proxy does not start",
            code="SW-NODE-41",
            where=str(folder / "log"),
            hint="its own words are in that file",
            exit_code=ExitCode.REMOTE_FAILED,
        )
    return port, process


def start_middleware(
    folder: Path, node: int, answers: Mapping[bytes, str], ending: contextlib.ExitStack
) -> int:
    """The model with the middleware around it; its port. What it asks the node with is closed by ``ending``."""
    from stillwatch.enforcement.gateways.asgi import Stillwatch
    from stillwatch.enforcement.gateways.client import GatewayClient
    from stillwatch.enforcement.gateways.exchange_sender import ExchangeSender
    from stillwatch.enforcement.gateways.follow.link import Link

    link = Link(f"http://127.0.0.1:{node}", "middleware")
    client = GatewayClient(link, folder / "state").start(wait_s=5)
    ending.callback(client.close)
    sender = ExchangeSender(link).start()
    ending.callback(sender.close)

    def report(exchange: dict[str, Any]) -> None:
        sender.take([orjson.dumps(exchange)])

    port = free_port()
    serve_in_thread(Stillwatch(ModelApi(answers, report), client), port)
    _answers(port, None)
    return port


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a program to end, and see to it that it does."""
    process.terminate()
    try:
        process.wait(timeout=_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _config(api: int, models: Iterable[str]) -> str:
    """LiteLLM's configuration: every model of the world is behind the one API."""
    listed = [
        {
            "model_name": name,
            "litellm_params": {
                "model": f"openai/{name}",
                "api_base": f"http://127.0.0.1:{api}/v1",
                "api_key": "none",
            },
        }
        for name in models
    ]
    config = {
        "model_list": listed,
        "litellm_settings": {"callbacks": ["stillwatch_litellm.handler"]},
        "general_settings": {"custom_auth": "authentication.user_api_key_auth"},
    }
    return orjson.dumps(config, option=orjson.OPT_INDENT_2).decode()  # JSON is YAML


def _answers(port: int, process: subprocess.Popen[bytes] | None) -> bool:
    """Wait until somebody takes connections there."""
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and (process is None or process.poll() is None):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False
