"""Judging an archive: from answers and opened material alone to what may be said about the suspect."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.attribution.archive.chain import read_chain
from stillwatch.attribution.archive.contents import answers_in
from stillwatch.attribution.archive.folder import ANSWERS, MANIFEST, PLAN
from stillwatch.attribution.archive.manifest import Manifest, read_manifest
from stillwatch.attribution.archive.records import Record, broken
from stillwatch.attribution.combine.conclusion import Conclusion, Verdict
from stillwatch.attribution.combine.judge import judge
from stillwatch.attribution.plans.material import MATERIAL, OpenedMaterial, read_material
from stillwatch.attribution.plans.plan import Plan, read_plan
from stillwatch.attribution.procedure.findings import Findings
from stillwatch.attribution.procedure.quality import quality_of

if TYPE_CHECKING:
    from stillwatch.attribution.archive.folder import ArchiveFolder
    from stillwatch.attribution.archive.standing import ModelLine


@dataclasses.dataclass(frozen=True, slots=True)
class Archived:
    """An archive as it was read: the plan, the manifest, and every line, checked against all before."""

    folder: ArchiveFolder
    plan: Plan
    manifest: Manifest
    records: tuple[Record, ...]


def read_archive(folder: ArchiveFolder) -> Archived:
    """Read an archive.

    Raises:
        StillwatchError: SW-ATT-60 and 70 a part is missing or no such thing; 61 a line was changed, and which.
    """
    plan = read_plan(folder.read(PLAN), str(folder / PLAN))
    manifest = read_manifest(folder.read(MANIFEST), str(folder / MANIFEST))
    return Archived(folder, plan, manifest, tuple(read_chain(folder / ANSWERS)))


def opened_in(archived: Archived) -> OpenedMaterial:
    """The material that was opened into an archive, as far as the plan has any.

    Raises:
        StillwatchError: SW-ATT-75 it cannot be read; 66 it is not what the plan committed to, or is not there.
    """
    folder, planned = archived.folder, archived.plan.material
    if not planned.file:
        return OpenedMaterial()
    if not folder.has(MATERIAL):
        raise broken(
            "SW-ATT-66",
            f"the keys of the plan were not opened into the archive: there is no {MATERIAL}",
            str(folder / MATERIAL),
            "open them: stillwatch attribute report ARCHIVE --material FILE",
        )
    opened = read_material(folder / MATERIAL)
    if opened.planned != planned:
        raise broken(
            "SW-ATT-66",
            f"{MATERIAL}, or the tokeniser beside it, is not what the plan committed to",
            str(folder / MATERIAL),
            "it takes the very files that the plan was made with",
        )
    return opened


def judge_archive(archived: Archived) -> Findings:
    """What may be said.

    Raises:
        StillwatchError: as `opened_in`; SW-ATT-64, an answer is to nothing that the plan asks.
    """
    plan = archived.plan
    opened = opened_in(archived)
    texts = {each.prompt_id: each.text for each in plan.prompts}
    answers = answers_in(plan, archived.records, str(archived.folder.root))
    material = dataclasses.replace(opened.material, prompts=texts)
    judgement = judge(answers, material, plan.options, plan.tests)
    quality = {each.name: quality_of(answers.of(each.name), texts) for each in plan.models}
    lines = archived.manifest.models
    suspect = next(each for each in lines if each.name == plan.suspect.name)
    return Findings(
        plan_id=plan.plan_id,
        plan=plan.digest,
        manifest=archived.manifest.digest,
        models=lines,
        quality=quality,
        judgement=judgement,
        conclusion=allowed(judgement.conclusion, suspect, plan.stopping.least_usable),
        remarks=_remarks(lines)
        + tuple(sentence for name, each in quality.items() for sentence in each.sentences(name)),
    )


def allowed(conclusion: Conclusion, suspect: ModelLine, least_usable: float) -> Conclusion:
    """The conclusion, or none where the suspect said too little for the plan to allow one."""
    usable = suspect.answered - suspect.declined - suspect.empty
    if suspect.asked and usable / suspect.asked >= least_usable:
        return conclusion
    why = (
        f"The suspect gave {usable:,} of the {suspect.asked:,} answers that the plan asks for, "
        f"and the plan allows no verdict below {least_usable:.0%}."
    )
    return dataclasses.replace(
        conclusion, verdict=Verdict.INCONCLUSIVE, sentence=f"Nothing can be said. {why}", because=(why,)
    )


def _remarks(lines: tuple[ModelLine, ...]) -> tuple[str, ...]:
    found = []
    for line in lines:
        if line.changed:
            found.append(
                f"{line.name} became another model while it was asked ({line.changed}); "
                f"{line.answered:,} answers from before count, {line.set_aside:,} do not."
            )
        elif not line.complete:
            found.append(
                f"{line.name} gave {line.answered:,} of {line.asked:,} answers; the run did not end."
            )
        if line.answered and line.cut_off > line.answered / 2:
            found.append(
                f"{line.cut_off:,} of {line.answered:,} answers of {line.name} were cut off at the most tokens."
            )
        if line.unanswered:
            found.append(f"{line.name} does not take {line.unanswered:,} of the questions.")
    return tuple(found)
