"""Puts the sample lab together in one folder."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.casework.authorisations.form import read_file
from stillwatch.casework.authorisations.register import Register
from stillwatch.casework.records import Records, open_records
from stillwatch.cli.sample_lab.casework import Casework
from stillwatch.cli.sample_lab.moments import Hours
from stillwatch.cli.sample_lab.papers import papers
from stillwatch.cli.sample_lab.policing import police
from stillwatch.cli.sample_lab.sharing import receive
from stillwatch.cli.sample_lab.staff import hire, tokens
from stillwatch.cli.sample_lab.traffic import judged_traffic
from stillwatch.enforcement.store import DecisionStore
from stillwatch.node.folder import Folder
from stillwatch.node.share_desk import SHARING
from stillwatch.reporting import findings
from stillwatch.traffic.pseudonyms import Pseudonymiser

if TYPE_CHECKING:
    from stillwatch.settings import Settings

_BEGIN: Final = 72.0
_AUTHORISATIONS: Final = """\
[[distillation]]
name = "Example Lab"
owner = "partnerships"
agreement = "MSA-2026-014"
until = {until}
organizations = ["org-example"]
volume = 200000
period = "week"

[[app]]
name = "Example Notes"
owner = "org-notes"
until = {until}
client = "example-notes/2.1"
"""


@dataclasses.dataclass(frozen=True, slots=True)
class SampleLab:
    """Where everything of the sample lies.

    Attributes:
        node: the node's folder.
        findings: what ``detect`` wrote.
        policy: the policy file.
        ledger_key: the key that signs the ledger.
        intel: what other members reported.
        logs: the traffic as the gateway logged it.
        tokens: a file with each person's token, by name.
    """

    node: Path
    findings: Path
    policy: Path
    ledger_key: Path
    intel: Path
    logs: Path
    tokens: dict[str, Path]


def build(
    out: Path, settings: Settings, now: datetime.datetime, say: Callable[[str], None] = lambda _: None
) -> SampleLab:
    """Fill a folder; it has to be new.

    Args:
        out: the folder.
        settings: threads and memory.
        now: the present, with which the story ends.
        say: told what is being done.
    """
    lab = _places(out, {})
    folder = Folder(lab.node)
    key = Pseudonymiser(hashlib.blake2b(b"stillwatch sample", digest_size=32).digest())
    say("making two weeks of traffic and judging it")
    judged_traffic(folder, lab.findings, lab.logs, settings, key, now)
    say("three days of work on what was found")
    hours = Hours(now, _BEGIN)
    with (
        open_records(folder.cases, lab.ledger_key, now=hours) as records,
        DecisionStore(folder.decisions, clock=lambda: hours().timestamp()) as decisions,
    ):
        hire(records.people)
        police(folder, lab.policy, decisions, hours)
        record = findings.load_record(lab.findings)
        Casework(records, decisions, hours).work(record)
        _permit(out, records, key, hours)
        papers(lab.node)
        receive(lab.intel, now, [each.account_id for each in record.campaigns[0].accounts[:3]])
        hours.at(0.1)
        given = tokens(records.people)
    return dataclasses.replace(lab, tokens=_kept(out / "tokens", given))


def _permit(out: Path, records: Records, key: Pseudonymiser, hours: Hours) -> None:
    """Two permissions: counsel approved one, the other waits."""
    hours.at(30)
    file = out / "authorisations.toml"
    until = (hours() + datetime.timedelta(days=300)).date().isoformat()
    file.write_text(_AUTHORISATIONS.format(until=until), encoding="utf-8")
    register = Register(records, hours)
    first, _ = register.add(read_file(file, key), "administrator-1", key.fingerprint())
    hours.at(28)
    with records.database.write() as connection:
        records.approvals.approve(connection, first.approval_id, "counsel-1", "The agreement is in force.")


def _kept(folder: Path, given: dict[str, str]) -> dict[str, Path]:
    """Each token in a file that only its owner may read."""
    folder.mkdir(mode=0o700)
    found = {}
    for name, token in given.items():
        found[name] = folder / name
        found[name].touch(mode=0o600)
        found[name].write_text(f"{token}\n", encoding="ascii")
    return found


def found(out: Path) -> SampleLab | None:
    """A sample that was filled before; None where there is none."""
    tokens_in = sorted((out / "tokens").glob("*"))
    return _places(out, {each.name: each for each in tokens_in}) if tokens_in else None


def _places(out: Path, tokens_in: dict[str, Path]) -> SampleLab:
    return SampleLab(
        node=out / "node",
        findings=out / "findings",
        policy=out / "policy.yaml",
        ledger_key=out / "ledger.key",
        intel=out / "node" / SHARING,
        logs=out / "gateway.jsonl.gz",
        tokens=tokens_in,
    )
