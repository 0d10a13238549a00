"""An attribution made up for the report: a supported finding with all that a report can hold."""

from __future__ import annotations

import dataclasses
from typing import Any

from stillwatch.attribution.answers import Side
from stillwatch.attribution.archive.manifest import Manifest
from stillwatch.attribution.archive.standing import ModelLine
from stillwatch.attribution.battery.contract import KeyFinding, NotApplicable, TestResult, Weight
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.combine.conclusion import ClusterFinding, Conclusion, Judgement, Verdict
from stillwatch.attribution.plans.plan import (
    Plan,
    PlannedKey,
    PlannedMaterial,
    PlannedModel,
    PlannedPrompt,
    Stopping,
)
from stillwatch.attribution.procedure.findings import Findings
from stillwatch.attribution.procedure.quality import Quality
from stillwatch.attribution.querying.endpoint import Dialect
from stillwatch.reporting.attribution_report.contents import ReportFile
from stillwatch.storage.ledger import Entry, Logged

CONTROLS = 60


def model(name: str, side: Side, **more: Any) -> PlannedModel:
    return PlannedModel(name, side, f"https://{name}.example.com/v1", f"{name}-large", Dialect.CHAT, **more)


def line(name: str, side: Side, answered: int = 1_000, **more: Any) -> ModelLine:
    fields: dict[str, Any] = {
        "cut_off": 120,
        "declined": 3,
        "empty": 0,
        "set_aside": 0,
        "unanswered": 0,
        "served": f"{name}-large-2026-03",
        "changed": "",
        "complete": True,
    }
    return ModelLine(name, side.value, 1_000, answered, **fields | more)


def result(name: str, weight: Weight, e: float | None, units: int, sentence: str, **more: Any) -> TestResult:
    return TestResult(
        name, weight, more.pop("p", 0.31), e, units, more.pop("needed", 0), 0.2, sentence, **more
    )


def keys(e: float) -> tuple[KeyFinding, ...]:
    return (
        KeyFinding("campaign-7", "e1", e, 1 / e, 18_204, 0.093, 29.1, 1, 400),
        KeyFinding("campaign-7", "e2", 4.1, 0.09, 18_204, 0.011, 1.4, 32, 400),
    )


def example(verdict: Verdict = Verdict.SUPPORTED, **changes: Any) -> ReportFile:
    """The report's contents; ``changes`` go into the conclusion."""
    controls = [
        model(f"control-{n}", Side.CONTROL, hard=n < 20, about="released before the teacher")
        for n in range(1, CONTROLS + 1)
    ]
    models = (
        model("suspect", Side.SUSPECT, about="run by the example company, as its page says"),
        model("teacher", Side.TEACHER),
        *controls,
    )
    prompts = tuple(
        PlannedPrompt(f"open-{n}", f"prompt {n}", 1, 256, 1.0, False, tuple(Side)) for n in range(1_000)
    )
    plan = Plan(
        "att-example",
        "Was the model at suspect.example.com trained on answers served to campaign-7?",
        models,
        ("watermark", "watermark-contrast", "agreement"),
        BatteryOptions(),
        PlannedMaterial((PlannedKey("campaign-7", "e1"), PlannedKey("campaign-7", "e2")), "a" * 64, "b" * 64),
        prompts,
        prompts[:8],
        Stopping(),
        "0.1.0",
    )
    lines = (
        line(
            "suspect",
            Side.SUSPECT,
            812,
            set_aside=188,
            changed="served model: suspect-large-2026-03 → suspect-large-2026-04",
        ),
        line("teacher", Side.TEACHER),
        *(line(each.name, Side.CONTROL, cut_off=90) for each in controls),
    )
    conclusion = dataclasses.replace(
        Conclusion(
            verdict,
            3.2e8,
            (ClusterFinding("campaign-7", 3.2e8, ("e1", "e2"), 1, 400),),
            0.0,
            (0.0, 0.0596),
            0.0487,
            CONTROLS,
            0,
            0,
            "Supported: suspect was trained on outputs served under the key of campaign-7 (e1, e2); if it was not, at "
            "most one in 320,000,000 keys that might have been drawn would show as much.",
            (
                "watermark: the key of campaign-7 is favoured in 34.3 % of 18,204 distinct pairs, where chance gives 25 %.",
            ),
            (
                "Outputs under the key that somebody published, and that the model was then trained on, would show the same.",
            ),
        ),
        **changes,
    )
    judgement = Judgement(
        (
            result(
                "watermark",
                Weight.EVIDENCE,
                6.4e8,
                18_204,
                "34.3 % favoured where chance gives 25 %",
                p=1e-31,
                needed=2_100,
                keys=keys(6.4e8),
            ),
            result(
                "watermark-contrast",
                Weight.EVIDENCE,
                41_000.0,
                18_204,
                "more than the teacher and the controls",
                p=2e-7,
                needed=9_000,
                keys=keys(4.1e4),
            ),
            result(
                "agreement",
                Weight.CORROBORATION,
                None,
                1_000,
                "agrees more than every unrelated control",
                p=0.0004,
                speaks=True,
            ),
        ),
        (NotApplicable("canaries", "no canary was planted under these keys"),),
        {
            each.name: (result("watermark", Weight.EVIDENCE, 0.3, 18_000, "as chance gives"),)
            for each in controls
        },
        conclusion,
    )
    manifest = Manifest(
        plan.digest,
        {"plan.json": "c" * 64, "answers.jsonl": "d" * 64},
        63_000,
        "e" * 64,
        "2026-03-02T09:00:00.000Z",
        "2026-03-03T17:45:00.000Z",
        lines,
        True,
        "0.1.0",
    )
    findings = Findings(
        plan.plan_id,
        plan.digest,
        manifest.digest,
        lines,
        {"suspect": Quality(812, 3, 0, 700, "", 0)},
        judgement,
        conclusion,
        ("suspect became another model while it was asked; 812 answers from before count, 188 do not.",),
        "0.1.0",
    )
    return ReportFile(plan, manifest, findings, _entries(), {"size": 41, "root": "f" * 64})


def _entries() -> tuple[Logged, ...]:
    kinds = (
        ("watermark-epoch-begun", "watermark-e1", "2026-01-05T08:00:00.000000Z"),
        ("attribution-plan-committed", "att-example", "2026-03-02T08:55:00.000000Z"),
        ("attribution-run-started", "att-example", "2026-03-02T09:00:00.000000Z"),
        ("attribution-run-stopped", "att-example", "2026-03-03T17:45:00.000000Z"),
        ("attribution-judged", "att-example", "2026-03-04T10:00:00.000000Z"),
    )
    return tuple(
        Logged(30 + n, b"{}", Entry(kind, subject, "analyst-1", ts))
        for n, (kind, subject, ts) in enumerate(kinds)
    )
