"""What the ledger proves about an archive: the plan stood first, the run and its findings are those that are shown."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.attribution.archive.records import broken
from stillwatch.attribution.plans.book import COMMITTED
from stillwatch.attribution.procedure.ledger import JUDGED, STARTED, STOPPED
from stillwatch.storage.ledger.entry import Logged, read_leaf
from stillwatch.storage.ledger.proof_file import verify_proof

if TYPE_CHECKING:
    from stillwatch.attribution.plans.plan import Plan
    from stillwatch.storage.ledger import Entry

_WHERE = "ledger-proof.json"


def check_ledger(
    proof: bytes, public_key: str, plan: Plan, manifest: str, findings: str | None, first_line: str
) -> tuple[list[Entry], str]:
    """That the ledger, by its proof, has the plan, then the run, then the findings.

    Args:
        proof: what the archive has of the ledger.
        public_key: of whoever runs it.
        plan: the archive's.
        manifest: its manifest's digest.
        findings: digest of its findings; None where there are none yet.
        first_line: time of its first line.

    Returns:
        Every entry that is proven, and a sentence on what that shows.

    Raises:
        StillwatchError: SW-LED-… the proof does not hold; SW-ATT-69, the ledger says something else.
    """
    try:
        document = orjson.loads(proof)
    except orjson.JSONDecodeError as error:
        raise broken("SW-ATT-69", "the proof is no JSON", _WHERE) from error
    verified = verify_proof(document, public_key)
    proven = [read_leaf(int(each["index"]), str(each["leaf"]).encode()) for each in document["entries"]]
    entries = [each for each in proven if each.entry.subject == plan.plan_id]
    committed = _first(entries, COMMITTED, "plan", plan.digest, "this plan was never committed")
    started = _first(entries, STARTED, "plan", plan.digest, "no run of this plan was begun")
    if started.index < committed.index:
        raise broken("SW-ATT-69", "the run was begun before the plan was committed", _WHERE)
    if _moment(first_line) < _moment(committed.entry.ts):
        raise broken("SW-ATT-69", "the first line of the answers is older than the plan's commitment", _WHERE)
    _first(entries, STOPPED, "manifest", manifest, "it has no run that came to this manifest")
    if findings is not None:
        _first(entries, JUDGED, "findings", findings, "it has no such findings")
    return [each.entry for each in proven], (
        f"the plan was committed by {committed.entry.by} at {committed.entry.ts}, before the first question "
        f"at {first_line}; proven under a signed head of {verified.head.size:,} entries"
    )


def _first(entries: list[Logged], kind: str, field: str, digest: str, otherwise: str) -> Logged:
    for each in entries:
        details: Any = each.entry.details
        if each.entry.kind == kind and details.get(field) == digest:
            return each
    raise broken("SW-ATT-69", f"the ledger says otherwise: {otherwise}", _WHERE)


def _moment(ts: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(ts)
