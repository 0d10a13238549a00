"""LiteLLM proxy: a callback decides before each call, and a layer around the proxy hides where answers leave.

All call types pass the callback: chat, completions, embeddings, Responses, Anthropic messages, pass-through. The plugin
runs in the proxy's own process and needs ``blake3``, ``msgspec`` and ``orjson`` there, not the rest of Stillwatch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.gateways.contract import Abilities, Defaults

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.site import Site

_MODULE: Final = '''\
"""Loaded by LiteLLM: keep it beside LiteLLM's own configuration."""

from stillwatch.enforcement.gateways.client import Unknown
from stillwatch.enforcement.gateways.identity import HeaderIdentity
from stillwatch.enforcement.gateways.litellm_parts.plugin import plugin
from stillwatch.enforcement.gateways.site import Site

handler = plugin(
    Site(
        name={site.name!r},
        node={site.node!r},
        token_file={site.token_file!r},
        ca_file={site.ca_file!r},
        state={site.state!r},
        unknown=Unknown({unknown!r}),
        identity=HeaderIdentity(address={site.identity.address!r}),
    )
)
'''

_SETTINGS: Final = """\
# Goes into LiteLLM's configuration.
litellm_settings:
  callbacks: ["stillwatch_litellm.handler"]
"""


class _LiteLLM(Defaults):
    """A module to load, and the lines that load it."""

    name = "litellm"
    title = "LiteLLM proxy, by a callback"
    can = Abilities(
        actions={
            Action.ALLOW: "passed on",
            Action.THROTTLE: "429 with Retry-After beyond the rate",
            Action.VERIFY: "403 with the code verification_required",
            Action.DEGRADE: "request and answer are changed on their way",
            Action.BLOCK: "403",
        },
        limits=frozenset(
            ("rate_per_minute", "max_tokens", "hide_reasoning", "hide_logprobs", "hide_models", "profile")
        ),
        scopes=frozenset((Scope.ACCOUNT, Scope.ORGANIZATION, Scope.API_KEY, Scope.ADDRESS)),
    )

    def render(self, site: Site) -> dict[str, str]:
        """The module and the settings."""
        return {
            "stillwatch_litellm.py": _MODULE.format(site=site, unknown=str(site.unknown)),
            "litellm-settings.yaml": _SETTINGS,
        }


GATEWAY = _LiteLLM()
