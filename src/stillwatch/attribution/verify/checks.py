"""Everything that can be checked in an archive on a machine that has nothing but the archive and a public key."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.attribution.archive.chain import read_chain
from stillwatch.attribution.archive.folder import (
    ANSWERS,
    FINDINGS,
    MANIFEST,
    PLAN,
    PROOF,
    ArchiveFolder,
)
from stillwatch.attribution.archive.manifest import manifest_of, read_manifest
from stillwatch.attribution.archive.records import broken
from stillwatch.attribution.plans.plan import digest_of, read_plan
from stillwatch.attribution.procedure.findings import differing
from stillwatch.attribution.procedure.judging import Archived, judge_archive, opened_in
from stillwatch.attribution.verify.ledger import check_ledger
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.procedure.findings import Findings


class State(enum.StrEnum):
    """How a check ended."""

    HOLDS = "holds"
    FAILS = "fails"
    SKIPPED = "not checked"


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what.
        words: what was found, or why it fails or could not be looked at.
    """

    name: str
    state: State
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Verified:
    """What a verification came to.

    Attributes:
        checks: in order; one that rests on a failed one is not checked.
        findings: as recomputed; None where that was not possible.
    """

    checks: tuple[Check, ...]
    findings: Findings | None

    @property
    def holds(self) -> bool:
        """Whether nothing failed; what was not checked is told by the checks."""
        return all(each.state is not State.FAILS for each in self.checks)


def verify(root: Path, public_key: str | None) -> Verified:
    """Check an archive and recompute what it came to.

    Args:
        root: the archive's folder.
        public_key: of the ledger, 64 hexadecimal digits or a PEM file; None leaves the ledger unchecked.
    """
    return _Verification(ArchiveFolder(root), public_key).run()


class _Verification:
    def __init__(self, folder: ArchiveFolder, public_key: str | None) -> None:
        self._folder = folder
        self._key = public_key
        self._checks: list[Check] = []
        self._parts: dict[str, Any] = {}

    def run(self) -> Verified:
        self._check("plan", self._plan)
        self._check("answers", self._answers)
        self._check("manifest", self._manifest)
        self._check("ledger", self._ledger)
        self._check("material", self._material)
        self._check("findings", self._findings)
        return Verified(tuple(self._checks), self._parts.get("findings"))

    def _check(self, name: str, look: Callable[[], Check | str]) -> None:
        try:
            found = look()
        except StillwatchError as error:
            place = f" ({error.where})" if error.where else ""
            found = Check(name, State.FAILS, f"{error.message}{place}")
        except KeyError as missing:
            found = Check(name, State.SKIPPED, f"it rests on the {missing.args[0]}")
        self._checks.append(Check(name, State.HOLDS, found) if isinstance(found, str) else found)

    def _plan(self) -> str:
        plan = read_plan(self._folder.read(PLAN), str(self._folder / PLAN))
        self._parts["plan"] = plan
        return f"{plan.plan_id}, SHA-256 {plan.digest}"

    def _answers(self) -> str:
        records = tuple(read_chain(self._folder / ANSWERS))
        self._parts["answers"] = records
        return f"{len(records):,} lines, none changed, taken out or put in"

    def _manifest(self) -> str:
        plan, records = self._parts["plan"], self._parts["answers"]
        where = str(self._folder / MANIFEST)
        manifest = read_manifest(self._folder.read(MANIFEST), where)
        again = manifest_of(plan, records, self._folder)
        if dataclasses.replace(again, program=manifest.program) != manifest:
            raise broken("SW-ATT-67", "the manifest does not say what the plan and the answers say", where)
        self._parts["manifest"] = manifest
        return f"{manifest.lines:,} lines of {len(manifest.models)} models, as archived"

    def _ledger(self) -> Check | str:
        if self._key is None:
            return Check("ledger", State.SKIPPED, "no public key was given: name it with --key")
        plan, manifest = self._parts["plan"], self._parts["manifest"]
        findings = digest_of(self._folder.read(FINDINGS)) if self._folder.has(FINDINGS) else None
        started = self._parts["answers"][0].ts
        entries, words = check_ledger(
            self._folder.read(PROOF), self._key, plan, manifest.digest, findings, started
        )
        self._parts["ledger"] = entries
        return words

    def _material(self) -> Check | str:
        archived = Archived(
            self._folder, self._parts["plan"], self._parts["manifest"], self._parts["answers"]
        )
        opened = opened_in(archived)
        self._parts["material"] = archived
        if not opened.files:
            return Check("material", State.SKIPPED, "the plan has none")
        count = len(opened.material.keys)
        said = (
            f"{count} {'key' if count == 1 else 'keys'} with what belongs to them, as the plan committed to"
        )
        if opened.opening is None:
            return said
        if "ledger" not in self._parts:
            return f"{said}; when they were made is not checked without the ledger"
        return f"{said}; the ledger has had them since {opened.opening.check(self._parts['ledger'])}"

    def _findings(self) -> str:
        archived: Archived = self._parts["material"]
        findings = judge_archive(archived)
        self._parts["findings"] = findings
        stored = orjson.loads(self._folder.read(FINDINGS))
        again = findings.plain() | {
            "program": stored.get("program")
        }  # another version has to come to the same
        places = list(differing(stored, again))
        if places:
            raise broken(
                "SW-ATT-68",
                f"recomputing gives something else: {', '.join(places[:5])}",
                str(self._folder / FINDINGS),
            )
        return f"recomputed and the same: {findings.conclusion.verdict}"
