"""Say of each object in a file whether it may pass, and if not, which field breaks which rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.gate_options import gate_for, known_bases, policy_of, room, room_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from stillwatch.sharing.gate import GateAnswer


@click.command(epilog="\b\nExample:\n  stillwatch gate check indicators.json --record")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--member", default="", metavar="ID", help="Identity id of the sender, if it is to be checked.")
@click.option("--record", is_flag=True, help="Enter each decision in the gate's ledger.")
@room_options
@json_option
def command(file: Path, member: str, record: bool, as_json: bool, **options: Any) -> None:
    """Say of each object in FILE whether it may pass the automatic lane.

    FILE holds a STIX object, a list of them, a bundle or a TAXII envelope. Ends with status 4 if one is refused.
    Nothing is sent, and nothing is kept unless --record is given.
    """
    from stillwatch.sharing.gate import GateAnswer, Situation  # deferred: help must not wait
    from stillwatch.sharing.gate.reading import objects_in, read

    output = Output(as_json=as_json)
    policy = policy_of(options["policy_file"])
    gate = gate_for(policy, known_bases(options), options)
    value, refusals = read(file.read_bytes())
    objects, wrapped = objects_in(value) if not refusals else ([], ())
    situation = Situation.now(member)
    answers = [(obj, gate.check(obj, situation)) for obj in objects]
    if refusals or wrapped:
        answers.insert(0, (None, GateAnswer(False, (*refusals, *wrapped), policy.version, ())))
    if record:
        _record(answers, options)
    _print(answers, output)
    if not all(answer.passed for _, answer in answers):
        click.get_current_context().exit(4)


def _record(answers: list[tuple[Any, GateAnswer]], options: dict[str, Any]) -> None:
    from stillwatch import clock
    from stillwatch.sharing.gate.entries import KIND, details
    from stillwatch.storage.ledger import Entry

    with room(options, make=True) as opened, opened.database.write() as connection:
        entries = []
        for obj, answer in answers:
            said = details(obj, answer)
            entries.append(Entry(KIND, said["digest"][:16], "gate", clock.now().isoformat(), said))
        opened.ledger.append(connection, entries)


def _print(answers: list[tuple[Any, GateAnswer]], output: Output) -> None:
    if output.as_json:
        output.json(
            [
                {
                    "object": number,
                    "passed": answer.passed,
                    "policy": answer.policy_version,
                    "refusals": [
                        {"field": each.field, "rule": each.rule, "sentence": each.sentence}
                        for each in answer.refusals
                    ],
                    "notices": list(answer.notices),
                }
                for number, (_, answer) in enumerate(answers)
            ]
        )
        return
    for number, (_, answer) in enumerate(answers):
        for each in answer.refusals:
            click.echo(f"object {number}: refused by {each.rule}: {each.sentence}")
    for notice in dict.fromkeys(notice for _, answer in answers for notice in answer.notices):
        output.say(f"note: {notice}")
    passed = sum(answer.passed for _, answer in answers)
    version = answers[0][1].policy_version if answers else "-"
    output.say(f"{passed} of {len(answers)} pass, by policy {version}")
