"""Writes the reference page of the hub from its own tables: who may do what, and every endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.hub.api import routes
from stillwatch.hub.judging.limits import DEEPEST, MOST_BYTES, MOST_OBJECT_BYTES, MOST_OBJECTS
from stillwatch.hub.openapi import ALWAYS, fails
from stillwatch.hub.rights import COLLECTIONS, QUOTAS, MemberKind, access
from stillwatch.hub.schemas import SCHEMAS
from stillwatch.hub.taxii.filters import MOST
from stillwatch.sharing.signing import AHEAD_S, COVERED, OLDEST_S, TAG

if TYPE_CHECKING:
    from stillwatch.hub.rights import Access
    from stillwatch.hub.routes import Body, Route

_HEAD = f"""\
# HTTP interface of the hub

`stillwatch hub serve` answers these; [Run a hub](../how-to/run-a-hub.md) tells how it is run. The same as an
OpenAPI document: `GET /openapi.json`. Paths under `/taxii2/` are TAXII 2.1 and end in a slash; their media type is
`application/taxii+json;version=2.1`, their errors are TAXII error messages with a code of the [list of
errors](errors.md) in `error_code`. Paths under `/v1/` are the hub's own, in JSON, with errors `{{{{"error":
{{{{"code", "message", "hint"}}}}}}}}`.

## Credentials

Every request but `/healthz`, `/readyz` and `/openapi.json` needs the credentials of a member: `Authorization:
Bearer TOKEN`, or Basic with the member's name and a token, or a client certificate that the hub knows as the
member's. Every endpoint for members may answer

{{always}}

## Signatures

A write is signed (RFC 9421): Ed25519, tag `{TAG}`, `keyid` the first 16 bytes of SHA-256 over the public key in
hex, `created` and a `nonce` of its own, covering {", ".join(f"`{name}`" for name in COVERED)}. `Content-Digest` is
of RFC 9530. A signature older than {OLDEST_S} s or more than {AHEAD_S} s in the future is refused, and so is a
nonce that was used. A client certificate stands in for a signature. Clients that can do neither need the agreement
`--unsigned-writes` of `hub members add`; what they send is kept without a signature. A signature that is there has
to hold in any case.

## Bounds

At most {MOST_BYTES:,} bytes and {MOST_OBJECTS:,} objects an envelope, {MOST_OBJECT_BYTES:,} bytes an object,
{DEEPEST} levels of nesting, {MOST:,} objects a page. `Content-Encoding` is not taken. More a minute or a day than
agreed is answered with 429 and `Retry-After`:

| kind of member | requests a minute | objects a day |
|---|---|---|
{{quotas}}

## Who may do what

r: read, w: write. A collection of which a member may do nothing is answered as if it did not exist.

| kind of member | {{collections}} |
|---|{{dashes}}
{{rights}}

| collection | takes | markings |
|---|---|---|
{{takes}}

## What the hub changes

Ids, names and times are the hub's (`x_stored_as` in the status tells the id). The same object sent again is the
same object here, whatever id it comes with. A sender finds its objects by its own ids, too. Times of versions are
days; objects of one submission are put into an order of the hub's. References may name the hub's ids, or ids that
the sender used.

## What stands beside objects

Every reference leads to an object of the same collection, before the one that refers to it. For that the hub adds
objects that no member can send:

- TLP 2.0 and TLP 1 marking definitions, extension definitions and techniques, as published, and only those that
  something refers to;
- an identity for the hub and for each member that is shown. Its name is `hub` or `member` and the first eight digits of
  its id. Names of members are told by `/v1/members` alone;
- a copy of an object of another collection that everybody may read who may read this one, such as the indicator beside
  its sightings. It follows its original, retractions included, and the retraction feed names the original only.

They have no receipt of their own: a copy's is that of its original, and what is published needs none. A member that is
told of indicators later does not get their copies earlier; it has them from `indicators` once they are due.

## Status

A write is answered with 202 and the final status. A failure's `x_rule` is a rule of the antitrust gate, or one of
the hub's:

| rule | means |
|---|---|
| `shape` | it is no STIX object, too large, or nested too deeply |
| `collection` | the collection takes other types |
| `marking` | the marking does not fit the collection |
| `owner` | the id is that of another member's object |
| `retraction` | there is nothing to take back, or it was taken back for good |
| `version` | a later version is here |
| `reach` | it refers to something that not everybody may read who reads the collection |
"""


def hub_page() -> str:
    """The page."""
    rights = [
        f"| {kind} | " + " | ".join(_letters(access(kind, each)) for each in COLLECTIONS) + " |"
        for kind in MemberKind
    ]
    head = _HEAD.format(
        always="\n".join(f"- {status}: {words}" for status, words in ALWAYS.items()),
        quotas="\n".join(
            f"| {kind} | {quota.requests_per_minute:,} | {quota.objects_per_day:,} |"
            for kind, quota in QUOTAS.items()
        ),
        collections=" | ".join(f"`{each.alias}`" for each in COLLECTIONS),
        dashes="---|" * len(COLLECTIONS),
        rights="\n".join(rights),
        takes="\n".join(
            f"| `{each.alias}`: {each.description} | {', '.join(sorted(each.types)) or 'what the gate lets pass'} | "
            f"{', '.join(sorted(f'TLP:{m.upper()}' for m in each.markings))} |"
            for each in COLLECTIONS
        ),
    )
    return "\n\n".join([head.rstrip(), *(_endpoint(route) for route in routes())])


def _letters(allowed: Access) -> str:
    return ("r" if allowed.read else "") + ("w" if allowed.write else "") or "–"


def _endpoint(route: Route) -> str:
    scope = f"Scope `{route.scope}`." if route.scope else "Open to everybody."
    parts = [f"## {route.method} {route.path}\n\n{route.summary}. {scope}"]
    if route.parameters:
        rows = [f"| `{each.name}` | {each.where} | {each.about} |" for each in route.parameters]
        parts.append("\n".join(["| parameter | in | |", "|---|---|---|", *rows]))
    if route.takes is not None:
        parts.append(f"Takes {_told(route.takes)}.")
    if route.answers.about != "never":
        parts.append(f"Answers {route.status}: {_told(route.answers)}.")
    own = {status: words for status, words in fails(route).items() if status not in ALWAYS}
    if own:
        parts.append("\n".join(f"- {status}: {words}" for status, words in own.items()))
    return "\n\n".join(parts)


def _told(body: Body) -> str:
    """What a request or an answer carries."""
    names = SCHEMAS.get(body.schema, {}).get("properties", {})
    members = f" (`{'`, `'.join(names)}`)" if names else ""
    headers = f"; headers {', '.join(f'`{name}`' for name in body.headers)}" if body.headers else ""
    return f"{body.about}{members}{headers}"
