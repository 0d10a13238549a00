"""Show a draft as it would be read and sent."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.notify_desk import payload_of, write_report
from stillwatch.cli.output import Output
from stillwatch.cli.share_desk import gate_of, gate_option, node_option
from stillwatch.errors import ExitCode


@click.command(
    epilog="Exit status: 0 done, 4 the gate refuses its STIX objects.\n\n"
    "\b\nExample:\n  stillwatch notify preview notification.toml --pdf --out preview"
)
@click.argument("draft", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("notification"),
    show_default=True,
    metavar="DIR",
    help="Folder for report.html, report.pdf and bundle.json.",
)
@click.option("--pdf", is_flag=True, help="Write the report as PDF, too.")
@gate_option
@node_option
def command(draft: Path, out: Path, pdf: bool, gate_policy: Path | None, folder: Path) -> ExitCode:
    """Show DRAFT as it would be read and sent.

    Refuses drafts with personal data; says what the gate says to each STIX object, and what is not known.
    """
    from stillwatch.sharing.gate import Situation
    from stillwatch.sharing.government.drafts import read_draft
    from stillwatch.sharing.government.questions import PROVIDERS, QUESTIONS

    output = Output()
    payload = payload_of(read_draft(draft))
    notification = payload.notification
    for path in write_report(notification, (), out, pdf=pdf):
        output.path(path)
    for question in QUESTIONS:
        known = notification.providers if question is PROVIDERS else notification.findings.get(question.key)
        if not known:
            output.say(f"not known: {question.title}")
    if payload.without:
        output.say(f"no STIX objects: {payload.without}")
    gate = gate_of(gate_policy, folder)
    refused = 0
    for obj in payload.objects:
        answer = gate.check(obj, Situation.now())
        refused += not answer.passed
        for refusal in answer.refusals:
            output.say(f"REFUSED {obj['type']} {refusal.field}: {refusal.sentence} ({refusal.rule})")
    output.say(f"approval will be asked for {payload.digest[:16]}; any change needs another one")
    return ExitCode.GATE_REFUSED if refused else ExitCode.DONE
