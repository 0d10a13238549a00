"""The manifest: what a run came to, in one small file whose digest the ledger has."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from stillwatch import __version__
from stillwatch.attribution.archive.chain import START
from stillwatch.attribution.archive.folder import ANSWERS, PLAN
from stillwatch.attribution.archive.records import Record, broken
from stillwatch.attribution.archive.standing import ModelLine, model_lines
from stillwatch.attribution.plans.plan import digest_of

if TYPE_CHECKING:
    from stillwatch.attribution.archive.folder import ArchiveFolder
    from stillwatch.attribution.plans.plan import Plan

FORM: Final = "stillwatch attribution archive v1"


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What a run came to.

    Attributes:
        plan: digest of the plan.
        files: SHA-256 of each file that the run wrote.
        lines: of the answers; ``head`` is the digest of the last.
        head: see ``lines``.
        started: time of the first line.
        stopped: time of the last.
        models: see ``ModelLine``.
        complete: whether every model is.
    """

    plan: str
    files: dict[str, str]
    lines: int
    head: str
    started: str
    stopped: str
    models: tuple[ModelLine, ...]
    complete: bool
    program: str = __version__
    form: str = FORM

    def body(self) -> bytes:
        """As it is written: JSON, keys sorted, indented."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=1) + b"\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the body: what the ledger has."""
        return digest_of(self.body())


def manifest_of(plan: Plan, records: Sequence[Record], folder: ArchiveFolder) -> Manifest:
    """The manifest of an archive as it stands."""
    models = model_lines(plan, records)
    return Manifest(
        plan=plan.digest,
        files={name: digest_of(folder.read(name)) for name in (ANSWERS, PLAN)},
        lines=len(records),
        head=records[-1].digest if records else START,
        started=records[0].ts if records else "",
        stopped=records[-1].ts if records else "",
        models=models,
        complete=all(each.complete for each in models),
    )


def read_manifest(content: bytes, where: str) -> Manifest:
    """A manifest from its bytes.

    Raises:
        StillwatchError: SW-ATT-60, it is none.
    """
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise broken("SW-ATT-60", "the manifest cannot be read", where) from error
    if manifest.form != FORM or manifest.body() != content:
        raise broken("SW-ATT-60", "the manifest is not in the form that this version writes", where)
    return manifest
