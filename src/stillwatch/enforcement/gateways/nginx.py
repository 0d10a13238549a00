"""nginx: a sub-request to the sidecar decides; nginx's own maps stand in for a sidecar that does not answer.

``auth_request`` understands 200, 401 and 403 alone, so whatever is refused comes as 403 and a header tells why: nginx
makes 429 with Retry-After of it for a throttled account. The maps are read at reloads; while the sidecar is dead nobody
renews them, and decisions in them do not expire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.gateways.acting.refusals import BLOCKED, PACED, VERIFY, Words, refusal
from stillwatch.enforcement.gateways.contract import Abilities, Defaults
from stillwatch.enforcement.gateways.nginx_example import EXAMPLE
from stillwatch.enforcement.gateways.winners import per_minute, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.enforcement.gateways.site import Site
    from stillwatch.enforcement.gateways.winners import Row
    from stillwatch.enforcement.snapshot import Snapshot

_PACES: Final = (1, 6, 30, 120)
"""Requests a minute that the fallback knows; a rate is rounded up to the next, and the sidecar keeps the exact one."""

_TABLES: Final = {
    "accounts.map": Scope.ACCOUNT,
    "organizations.map": Scope.ORGANIZATION,
    "keys.map": Scope.API_KEY,
    "networks.geo": Scope.ADDRESS,
}
_NOTICE: Final = "# Written by `stillwatch gateways`; changes are overwritten.\n"


class _Nginx(Defaults):
    """Three files to include, and one complete example."""

    name = "nginx"
    title = "nginx with auth_request"
    only_forbids = True
    can = Abilities(
        actions={
            Action.ALLOW: "passed on",
            Action.THROTTLE: "429 with Retry-After beyond the rate",
            Action.VERIFY: "403 with the code verification_required",
            Action.DEGRADE: "passed on with headers that tell the inference server what to leave out",
            Action.BLOCK: "403",
        },
        limits=frozenset(("rate_per_minute", "profile")),
        scopes=frozenset((Scope.ACCOUNT, Scope.ORGANIZATION, Scope.API_KEY, Scope.ADDRESS))
        | {Scope.ASN, Scope.COUNTRY},
    )

    def render(self, site: Site) -> dict[str, str]:
        """What goes into ``http``, ``server`` and ``location``, and a whole file that includes them."""
        return {
            "stillwatch-http.conf": _NOTICE + _http(site),
            "stillwatch-server.conf": _NOTICE + _server(site),
            "stillwatch-location.conf": _NOTICE + _LOCATION,
            "nginx.conf": EXAMPLE.format(site=site),
        }

    def tables(self, site: Site, snapshot: Snapshot, now: float) -> dict[str, str]:  # noqa: ARG002 - one shape for all sites
        """A map for each kind of value."""
        return {
            name: _table(row for row in rows(snapshot, scope, now) if self.holds(row.value))
            for name, scope in _TABLES.items()
        }

    def holds(self, value: str) -> bool:
        """A leading tilde would make a pattern of it, and a leading backslash would be dropped."""
        return value.isprintable() and not value.startswith(("~", "\\"))

    def check(self, site: Site) -> Sequence[str]:
        """The program's own test."""
        return (*_program(site), "-t", "-q")

    def reload(self, site: Site) -> Sequence[str]:
        """The signal that makes it read its files again."""
        return (*_program(site), "-s", "reload")


def _program(site: Site) -> tuple[str, ...]:
    return (site.program or "nginx", "-c", site.main_file or f"{site.folder}/nginx.conf")


def _table(found: Iterable[Row]) -> str:
    """A map's lines. nginx compares without regard to case, so of two values that differ in it one stands for both."""
    lines: dict[str, str] = {}
    for row in found:
        value = row.value
        if value.lower() in lines:
            continue
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        prefix = "\\" if value in ("default", "hostnames", "include", "volatile") else ""
        lines[value.lower()] = f'"{prefix}{quoted}" {_word(row)};'
    return _NOTICE + "".join(f"{line}\n" for line in lines.values())


def _word(row: Row) -> str:
    """What a map says about a value."""
    if row.decision.action is not Action.THROTTLE:
        return str(row.decision.action)
    rate = per_minute(row.decision)
    return f"pace{next((pace for pace in _PACES if pace >= rate), _PACES[-1])}"


def _variable(header: str) -> str:
    """The variable for a request header; an empty text where there is no header."""
    return f"$http_{header.replace('-', '_')}" if header else '""'


def _http(site: Site) -> str:
    identity = site.identity
    address = _variable(identity.address) if identity.address else "$remote_addr"
    paces = "".join(
        f'map $stillwatch_known $stillwatch_pace{pace} {{ default ""; pace{pace} {_variable(identity.account)}; }}\n'
        f"limit_req_zone $stillwatch_pace{pace} zone=stillwatch_pace{pace}:4m rate={pace}r/m;\n"
        for pace in _PACES
    )
    return f"""\
upstream stillwatch_sidecar {{
    server {site.socket} max_fails=0;
    keepalive 32;
}}
map_hash_max_size 262144;
map_hash_bucket_size 256;
map {_variable(identity.account)} $stillwatch_account {{ default ""; include {site.folder}/accounts.map; }}
map {_variable(identity.organization)} $stillwatch_organization {{
    default "";
    include {site.folder}/organizations.map;
}}
map {_variable(identity.api_key)} $stillwatch_key {{ default ""; include {site.folder}/keys.map; }}
geo {address} $stillwatch_network {{ default ""; include {site.folder}/networks.geo; }}
map "$stillwatch_account|$stillwatch_key|$stillwatch_organization|$stillwatch_network" $stillwatch_known {{
    default "";
    "~^allow" "";
    "~block" block;
    "~verify" verify;
    "~(?<stillwatch_pace>pace[0-9]+)" $stillwatch_pace;
}}
{paces}"""


def _server(site: Site) -> str:
    identity = site.identity
    headers = {
        "Account": _variable(identity.account),
        "Organization": _variable(identity.organization),
        "Api-Key": _variable(identity.api_key),
        "Address": _variable(identity.address) if identity.address else "$remote_addr",
        "Asn": _variable(identity.asn),
        "Country": _variable(identity.country),
    }
    told = "".join(
        f"    proxy_set_header X-Stillwatch-{name} {value};\n"
        for name, value in headers.items()
        if value != '""'
    )
    if identity.key_in_authorization:
        told += "    proxy_set_header Authorization $http_authorization;\n"
        told += "    proxy_set_header X-Api-Key $http_x_api_key;\n"
    unknown = "return 403;" if site.unknown == "deny" else "return 204;"
    return f"""\
location = /_stillwatch/auth {{
    internal;
    proxy_pass http://stillwatch_sidecar/auth;
    proxy_pass_request_headers off;
    proxy_pass_request_body off;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Content-Length "";
    proxy_set_header Host stillwatch;
{told}    proxy_connect_timeout 100ms;
    proxy_send_timeout 250ms;
    proxy_read_timeout 250ms;
    proxy_next_upstream off;
    error_page 500 502 503 504 = @stillwatch_last_known;
}}
location @stillwatch_last_known {{
    internal;
    if ($stillwatch_known = block) {{ return 403; }}
    if ($stillwatch_known = verify) {{ return 403; }}
    {unknown}
}}
location @stillwatch_refused {{
    internal;
    default_type application/json;
    add_header X-Stillwatch-Action $stillwatch_action always;
    add_header X-Stillwatch-Decision $stillwatch_decision always;
    add_header Retry-After $stillwatch_wait always;
    if ($stillwatch_action = throttle) {{ return 429 '{_said(PACED)}'; }}
    if ($stillwatch_action = verify) {{ return 403 '{_said(VERIFY)}'; }}
    return 403 '{_said(BLOCKED)}';
}}
location @stillwatch_paced {{
    internal;
    default_type application/json;
    add_header Retry-After 30 always;
    return 429 '{_said(PACED)}';
}}
"""


def _said(words: Words) -> str:
    """A refusal's body; its words hold no quotes of nginx's."""
    return refusal(words).body.decode()


_LOCATION: Final = """\
auth_request /_stillwatch/auth;
auth_request_set $stillwatch_action $upstream_http_x_stillwatch_action;
auth_request_set $stillwatch_decision $upstream_http_x_stillwatch_decision;
auth_request_set $stillwatch_limits $upstream_http_x_stillwatch_limits;
auth_request_set $stillwatch_profile $upstream_http_x_stillwatch_profile;
auth_request_set $stillwatch_wait $upstream_http_retry_after;
error_page 401 403 = @stillwatch_refused;
error_page 429 = @stillwatch_paced;
limit_req_status 429;
proxy_set_header X-Stillwatch-Action $stillwatch_action;
proxy_set_header X-Stillwatch-Limits $stillwatch_limits;
proxy_set_header X-Stillwatch-Profile $stillwatch_profile;
""" + "".join(f"limit_req zone=stillwatch_pace{pace} burst={max(1, pace // 6)} nodelay;\n" for pace in _PACES)

GATEWAY = _Nginx()
