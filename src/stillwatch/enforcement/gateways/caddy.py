"""Caddy: ``forward_auth`` asks the sidecar; a list in Caddy's own configuration stands in for one that does not answer.

Caddy hands a refusal on as it is, 429 and Retry-After included. The list is read at reloads; while the sidecar is dead
nobody renews it, decisions in it do not expire, and accounts that are only throttled pass. ``flush_interval -1`` is not
set: with it a reload would end every answer under way (caddyserver/caddy, pull request 5663).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.gateways.acting.refusals import BLOCKED, VERIFY, refusal
from stillwatch.enforcement.gateways.contract import Abilities, Defaults
from stillwatch.enforcement.gateways.winners import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.enforcement.gateways.site import Site
    from stillwatch.enforcement.snapshot import Snapshot

_TABLE: Final = "last-known.caddy"
_LISTED: Final = (Action.ALLOW, Action.BLOCK, Action.VERIFY)
_KNOWN: Final = "{stillwatch_account}, {stillwatch_organization}, {vars.stillwatch_network}"
_NOTICE: Final = "# Written by `stillwatch gateways`; changes are overwritten.\n"


class _Caddy(Defaults):
    """A Caddyfile, and the list it imports."""

    name = "caddy"
    title = "Caddy with forward_auth"
    can = Abilities(
        actions={
            Action.ALLOW: "passed on",
            Action.THROTTLE: "429 with Retry-After beyond the rate",
            Action.VERIFY: "403 with the code verification_required",
            Action.DEGRADE: "passed on with headers that tell the inference server what to leave out",
            Action.BLOCK: "403",
        },
        limits=frozenset(("rate_per_minute", "profile")),
        scopes=frozenset(scope for scope in Scope if scope is not Scope.CAMPAIGN),
    )

    def render(self, site: Site) -> dict[str, str]:
        """A complete Caddyfile; the snippet in it is what goes into your own site block."""
        return {"Caddyfile": _NOTICE + _caddyfile(site)}

    def tables(self, site: Site, snapshot: Snapshot, now: float) -> dict[str, str]:
        """Who is blocked, has to be verified or is expressly allowed, by account, organisation and network."""
        lines = [_NOTICE]
        account = f"{{header.{site.identity.account}}}"
        for scope, source in (
            (Scope.ACCOUNT, account),
            (Scope.ORGANIZATION, _header(site.identity.organization)),
        ):
            found = [
                f"\t{_quoted(row.value)} {row.decision.action}\n"
                for row in rows(snapshot, scope, now)
                if row.decision.action in _LISTED and self.holds(row.value)
            ]
            if source and found:
                name = f"stillwatch_{scope}"
                lines.append(f'map {source} {{{name}}} {{\n{"".join(found)}\tdefault ""\n}}\n')
        networks = [
            row.value for row in rows(snapshot, Scope.ADDRESS, now) if row.decision.action is Action.BLOCK
        ]
        if networks:
            lines.append(f"@stillwatch_network remote_ip {' '.join(networks)}\n")
            lines.append("vars @stillwatch_network stillwatch_network block\n")
        return {_TABLE: "".join(lines)}

    def holds(self, value: str) -> bool:
        """What means something in a Caddyfile is left out: patterns, placeholders, escapes, and one word."""
        plain = value.isprintable() and not set(value) & set("{}\\`")
        return plain and value != "default" and not value.startswith(("~", "<<"))

    def check(self, site: Site) -> Sequence[str]:
        """Caddy's own test."""
        return (site.program or "caddy", "validate", "--adapter", "caddyfile", "--config", _main_file(site))

    def reload(self, site: Site) -> Sequence[str]:
        """Hands the running Caddy the new configuration."""
        address = ("--address", site.control) if site.control else ()
        return (
            site.program or "caddy",
            "reload",
            "--adapter",
            "caddyfile",
            "--config",
            _main_file(site),
            *address,
        )


def _main_file(site: Site) -> str:
    return site.main_file or f"{site.folder}/Caddyfile"


def _header(name: str) -> str:
    return f"{{header.{name}}}" if name else ""


def _quoted(value: str) -> str:
    """A value as a token of a Caddyfile."""
    quoted = value.replace('"', '\\"')
    return f'"{quoted}"'


def _caddyfile(site: Site) -> str:
    identity = site.identity
    values = {
        "Account": _header(identity.account),
        "Organization": _header(identity.organization),
        "Api-Key": _header(identity.api_key),
        "Address": _header(identity.address) or "{remote_host}",
        "Asn": _header(identity.asn),
        "Country": _header(identity.country),
    }
    told = "".join(
        f"\t\t\theader_up X-Stillwatch-{name} {value}\n" for name, value in values.items() if value
    )
    dial = f"unix/{site.socket.removeprefix('unix:')}" if site.socket.startswith("unix:") else site.socket
    admin = f"\tadmin {site.control}\n" if site.control else ""
    last_resort = "respond 403" if site.unknown == "deny" else "import stillwatch_model"
    return f"""\
{{
{admin}\tauto_https off
}}
(stillwatch_model) {{
	reverse_proxy {site.upstream}
}}
http://{site.listen.rpartition(":")[0] or ""}:{site.listen.rpartition(":")[2]} {{
	bind {site.listen.rpartition(":")[0] or "127.0.0.1"}
	route {{
		request_header -X-Stillwatch-*
		forward_auth {dial} {{
			uri /auth
{told}			copy_headers X-Stillwatch-Action X-Stillwatch-Limits
			transport http {{
				dial_timeout 100ms
				response_header_timeout 250ms
			}}
		}}
		vars stillwatch_asked yes
		import stillwatch_model
	}}
	handle_errors {{
		@unanswered expression `{{vars.stillwatch_asked}} != "yes"`
		route @unanswered {{
			import {site.folder}/{_TABLE}
			@block expression `{{stillwatch_account}} != "allow" && [{_KNOWN}].exists(word, word == "block")`
			@verify expression `{{stillwatch_account}} != "allow" && [{_KNOWN}].exists(word, word == "verify")`
			route @block {{
				header Content-Type application/json
				respond `{_said(BLOCKED)}` 403
			}}
			route @verify {{
				header Content-Type application/json
				respond `{_said(VERIFY)}` 403
			}}
			{last_resort}
		}}
		respond "{{err.status_code}} {{err.status_text}}"
	}}
}}
"""


def _said(words: object) -> str:
    return refusal(words).body.decode()  # type: ignore[arg-type]


GATEWAY = _Caddy()
