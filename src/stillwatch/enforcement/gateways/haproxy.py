"""HAProxy: it looks decisions up in maps of its own, so no request waits for anybody; the sidecar pushes changes.

Every row carries its end, which HAProxy compares with the clock: a decision expires in time even while the sidecar is
dead. Maps are files too, from which a restarted HAProxy begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.gateways.acting.refusals import BLOCKED, PACED, VERIFY, refusal, upstream_headers
from stillwatch.enforcement.gateways.contract import Abilities, Defaults
from stillwatch.enforcement.gateways.haproxy_runtime import Runtime
from stillwatch.enforcement.gateways.winners import per_minute, rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.enforcement.gateways.contract import Value
    from stillwatch.enforcement.gateways.site import Site
    from stillwatch.enforcement.gateways.winners import Row
    from stillwatch.enforcement.snapshot import Snapshot

_TABLES: Final = {
    Scope.ACCOUNT: "accounts.map",
    Scope.ORGANIZATION: "organizations.map",
    Scope.API_KEY: "keys.map",
    Scope.ADDRESS: "networks.map",
    Scope.ASN: "asns.map",
    Scope.COUNTRY: "countries.map",
}
_LIMITS: Final = "limits.map"
_NAMED: Final = 'hdr X-Stillwatch-Decision "%[var(txn.sw_decision)]"'


class _HAProxy(Defaults):
    """One configuration to merge with the operator's own."""

    name = "haproxy"
    title = "HAProxy with maps pushed through its runtime socket"
    pushes = True
    can = Abilities(
        actions={
            Action.ALLOW: "passed on",
            Action.THROTTLE: "429 with Retry-After beyond the rate, in whole requests a minute",
            Action.VERIFY: "403 with the code verification_required",
            Action.DEGRADE: "passed on with headers that tell the inference server what to leave out",
            Action.BLOCK: "403",
        },
        limits=frozenset(("rate_per_minute", "profile")),
        scopes=frozenset(_TABLES),
    )

    def render(self, site: Site) -> dict[str, str]:
        """A complete configuration; what stands between the two marks goes into the operator's own frontend."""
        return {"haproxy.cfg": _CONFIG.format(site=site, control=_control(site), frontend=_frontend(site))}

    def tables(self, site: Site, snapshot: Snapshot, now: float) -> dict[str, str]:
        """A map for each kind of value that the site's headers tell, and the limits of those who are degraded."""
        tables, limits = {}, {}
        for scope in _samples(site):
            name, lines = _TABLES[scope], []
            for row in rows(snapshot, scope, now):
                if not self.holds(row.value):
                    continue
                lines.append(f"{row.value} {_word(row, round(site.ahead_s))}\n")
                if row.decision.action is Action.DEGRADE:
                    limits[row.decision.decision_id] = _limits(row)
            tables[name] = "".join(lines)
        tables[_LIMITS] = "".join(f"{name} {value}\n" for name, value in sorted(limits.items()))
        return tables

    def holds(self, value: str) -> bool:
        """A map's key ends at the first space; a hash would begin a comment, two angles what follows a command."""
        return value.isprintable() and " " not in value and not value.startswith(("#", "<<"))

    def check(self, site: Site) -> Sequence[str]:
        """HAProxy's own test."""
        return (site.program or "haproxy", "-c", "-q", "-f", site.main_file or f"{site.folder}/haproxy.cfg")

    def push(self, site: Site, tables: dict[str, str]) -> None:
        """Through the runtime socket.

        Raises:
            StillwatchError: HAProxy does not answer, or refuses.
        """
        runtime = Runtime(_control(site))
        for name, content in tables.items():
            runtime.bring(f"{site.folder}/{name}", content)

    def instance(self, site: Site) -> str:
        """The process's id.

        Raises:
            StillwatchError: HAProxy does not answer, or refuses.
        """
        told = Runtime(_control(site)).say("show info")
        return next((line for line in told.splitlines() if line.startswith("Pid:")), "")

    def push_rows(self, site: Site, rows: Mapping[Value, Row | None]) -> None:
        """Through the runtime socket; limits first, so that no request finds a decision without them.

        Raises:
            StillwatchError: HAProxy does not answer, or refuses.
        """
        runtime, ahead_s, seen = Runtime(_control(site)), round(site.ahead_s), _samples(site)
        for (scope, value), row in rows.items():
            if scope not in seen or not self.holds(value):
                continue
            if row is not None and row.decision.action is Action.DEGRADE:
                runtime.put(f"{site.folder}/{_LIMITS}", row.decision.decision_id, _limits(row))
            word = None if row is None else _word(row, ahead_s)
            runtime.put(f"{site.folder}/{_TABLES[scope]}", value, word, exact=scope is not Scope.ADDRESS)


def _control(site: Site) -> str:
    return site.control or f"{site.folder}/haproxy.sock"


def _word(row: Row, ahead_s: int) -> str:
    """Action, end by this machine's clock, rate, decision."""
    decision = row.decision
    rate = per_minute(decision) if decision.action is Action.THROTTLE else 0
    return f"{decision.action}:{row.expires - ahead_s}:{rate}:{decision.decision_id}"


def _limits(row: Row) -> str:
    """The header's JSON; a map's value runs to the end of its line."""
    from stillwatch.enforcement.answers import Answer

    decision = row.decision
    answer = Answer(decision.action, decision.limits, decision.decision_id, "", None)
    return dict(upstream_headers(answer)).get("X-Stillwatch-Limits", "{}")


def _frontend(site: Site) -> str:
    """The rules, in the order in which they apply."""
    identity = site.identity
    samples = _samples(site)
    lines = ["http-request del-header x-stillwatch- -m beg", "http-request set-var(txn.sw_now) date()"]
    for name, sample in samples.items():
        var, kind = f"txn.sw_{name}", "map_ip" if name is Scope.ADDRESS else "map"
        lines.append(f"http-request set-var({var}) {sample},{kind}({site.folder}/{_TABLES[name]})")
        lines.append(
            f"http-request unset-var({var}) unless {{ var({var}),field(2,:),sub(txn.sw_now) -m int gt 0 }}"
        )
    lines.append("acl sw_allowed var(txn.sw_account) -m beg allow:")
    for action in ("block", "verify", "throttle", "degrade"):
        lines += [f"acl sw_{action} var(txn.sw_{name}) -m beg {action}:" for name in samples]
    for action in ("degrade", "throttle", "verify", "block"):  # the harshest comes last and stays
        for name in samples:
            holds = f"if {{ var(txn.sw_{name}) -m beg {action}: }}"
            lines.append(f"http-request set-var(txn.sw_decision) var(txn.sw_{name}),field(4,:) {holds}")
            if action == "throttle":
                lines.append(f"http-request set-var(txn.sw_rate) var(txn.sw_{name}),field(3,:) {holds}")
    said = "content-type application/json hdr X-Stillwatch-Action {0} " + _NAMED
    for action, words in (("block", BLOCKED), ("verify", VERIFY)):
        body = refusal(words).body.decode()
        lines.append(
            f"http-request return status {words.status} {said.format(action)} string '{body}' "
            f"if sw_{action} !sw_allowed"
        )
    paced = refusal(PACED).body.decode()
    lines.append("http-request set-var(txn.sw_pacer) var(txn.sw_decision)")
    if identity.account:
        lines.append(
            f"http-request set-var(txn.sw_pacer) req.fhdr({identity.account}) "
            f"if {{ req.fhdr({identity.account}) -m found }}"
        )
    lines += [
        "http-request track-sc0 var(txn.sw_pacer) table stillwatch_pace if sw_throttle !sw_allowed",
        (
            f"http-request return status 429 {said.format('throttle')} hdr Retry-After 30 string '{paced}' "
            "if sw_throttle !sw_allowed { sc_gpc0_rate(0,stillwatch_pace),sub(txn.sw_rate) -m int ge 0 }"
        ),
        "http-request sc-inc-gpc0(0) if sw_throttle !sw_allowed",
        "http-request set-header X-Stillwatch-Action degrade if sw_degrade !sw_allowed",
        (
            f"http-request set-header X-Stillwatch-Limits %[var(txn.sw_decision),map({site.folder}/{_LIMITS},{{}})] "
            "if sw_degrade !sw_allowed"
        ),
    ]
    return "".join(f"    {line}\n" for line in lines)


def _samples(site: Site) -> dict[Scope, str]:
    """Where HAProxy finds the values that this site tells."""
    identity = site.identity
    headers = {
        Scope.ACCOUNT: identity.account,
        Scope.ORGANIZATION: identity.organization,
        Scope.API_KEY: identity.api_key,
        Scope.ADDRESS: identity.address,
        Scope.ASN: identity.asn,
        Scope.COUNTRY: identity.country,
    }
    samples = {scope: f"req.fhdr({header})" for scope, header in headers.items() if header}
    samples[Scope.ADDRESS] = (
        f"req.hdr({identity.address})" if identity.address else "src"
    )  # the last of a list
    if identity.key_in_authorization and not identity.api_key:
        samples[Scope.API_KEY] = "req.fhdr(authorization),regsub(^Bearer,,i),ltrim(' '),sha2(256),hex,lower"
    return samples


_CONFIG: Final = """\
# A complete example: what stands between the marks goes into your own frontend.
global
    stats socket {control} mode 600 level admin
defaults
    mode http
    timeout connect 3s
    timeout client 300s
    timeout server 300s
backend stillwatch_pace
    stick-table type string len 64 size 200k expire 10m store gpc0,gpc0_rate(60s)
frontend api
    bind {site.listen}
    # Stillwatch begins
    option http-no-delay
{frontend}    # Stillwatch ends
    default_backend model
backend model
    server model {site.upstream}
"""

GATEWAY = _HAProxy()
