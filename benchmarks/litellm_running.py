"""A real LiteLLM proxy on this machine with Stillwatch's plugin, for tests, benchmarks and demonstrations.

LiteLLM lives in an environment of its own (``make litellm`` makes ``.venv-litellm``), since its pins are not ours.
``STILLWATCH_LITELLM`` names another one.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
from pathlib import Path
from typing import Any, Final

from benchmarks.gateways_running import Reply, ask, free_port, listens, until
from stillwatch.enforcement.gateways import registry
from stillwatch.enforcement.gateways.site import Site

ROOT: Final = Path(__file__).parents[1]
_STARTS_WITHIN_S: Final = 120.0

CALLS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "chat": ("/v1/chat/completions", {"model": "small", "messages": [{"role": "user", "content": "hi"}]}),
    "responses": ("/v1/responses", {"model": "small", "input": "hi"}),
    "messages": (
        "/v1/messages",
        {"model": "claude", "max_tokens": 100, "messages": [{"role": "user", "content": "hi"}]},
    ),
    "pass-through": ("/raw", {"model": "small", "messages": [{"role": "user", "content": "hi"}]}),
    "embeddings": ("/v1/embeddings", {"model": "vectors", "input": "hi"}),
    "completions": ("/v1/completions", {"model": "text", "prompt": "hi"}),
}
"""A call of each type: path and body."""
STREAMING: Final = ("chat", "responses", "messages", "pass-through")

_AUTH: Final = '''\
"""Whose call it is: what an operator's own authentication would say."""

from litellm.proxy._types import UserAPIKeyAuth


async def user_api_key_auth(request, api_key):
    return UserAPIKeyAuth(api_key=api_key, user_id=request.headers.get("x-account-id"))
'''

_CONFIG: Final = """\
model_list:
  - {{model_name: small, litellm_params: {{model: openai/small, api_base: "{v1}", api_key: none}}}}
  - {{model_name: large, litellm_params: {{model: openai/large, api_base: "{v1}", api_key: none}}}}
  - {{model_name: claude, litellm_params: {{model: anthropic/small, api_base: "{root}", api_key: none}}}}
  - {{model_name: vectors, litellm_params: {{model: openai/vectors, api_base: "{v1}", api_key: none}}}}
  - {{model_name: text, litellm_params: {{model: text-completion-openai/text, api_base: "{v1}", api_key: none}}}}
litellm_settings:
  callbacks: ["stillwatch_litellm.handler"]
general_settings:
  custom_auth: authentication.user_api_key_auth
  pass_through_endpoints:
    - {{path: /raw, target: "{v1}/chat/completions", auth: true, headers: {{content-type: application/json}}}}
"""


def program() -> Path | None:
    """LiteLLM's program; None where it is not installed."""
    folder = Path(os.environ.get("STILLWATCH_LITELLM") or ROOT / ".venv-litellm")
    found = folder / "bin" / "litellm"
    return found if found.exists() else None


class RunningLiteLLM:
    """A proxy.

    Args:
        folder: for its files.
        url: address of the node.
        api: address and port of the model API behind it.
        token_file: holds the node's token; empty for none.
    """

    def __init__(self, folder: Path, url: str, api: str, *, token_file: str = "") -> None:
        found = program()
        if found is None:
            raise FileNotFoundError("LiteLLM is not installed: run `make litellm`")
        self.port = free_port()
        self.log = folder / "log"
        site = Site(name="litellm", node=url, token_file=token_file, state=str(folder / "state"))
        files = registry.get("litellm").render(site)
        files |= {
            "authentication.py": _AUTH,
            "config.yaml": _CONFIG.format(root=f"http://{api}", v1=f"http://{api}/v1"),
        }
        for name, content in files.items():
            (folder / name).write_text(content)
        environment = dict(os.environ) | {
            "PYTHONPATH": f"{ROOT / 'src'}:{folder}",
            "LITELLM_MASTER_KEY": f"sk-{secrets.token_hex(16)}",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_TELEMETRY": "False",
            "NO_PROXY": "127.0.0.1",
        }
        words = [str(found), "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(words, cwd=folder, env=environment, stdout=log, stderr=log)
        until(lambda: listens(self.port) or self.process.poll() is not None, _STARTS_WITHIN_S, 0.1)

    def call(self, account: str, kind: str, *, stream: bool = False, **changes: Any) -> Reply:
        """One call of a type as an account; ``changes`` replace fields of its body."""
        path, body = CALLS[kind]
        body = body | changes | ({"stream": True} if stream else {})
        return ask(
            self.port,
            account,
            path=path,
            method="POST",
            body=json.dumps(body).encode(),
            Content_Type="application/json",
            Authorization="Bearer sk-any",
        )

    def models(self, account: str) -> list[str]:
        """The models an account sees."""
        listed = ask(self.port, account, path="/v1/models", Authorization="Bearer sk-any")
        return [row["id"] for row in json.loads(listed.body)["data"]]

    def close(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
