"""Show or issue the statement of reasons: what an account holder is told, and nothing that helps an attacker."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch appeal statement apl-01kb6m --terms terms.toml --issue --by reviewer-2"
)
@click.argument("appeal_id", metavar="APPEAL", required=False)
@click.option("--account", metavar="ID", help="For a measure that nobody has appealed against.")
@click.option(
    "--terms",
    "terms_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("terms.toml"),
    show_default=True,
    metavar="FILE",
    help="Your part of every statement: ground, redress, data export.",
)
@click.option(
    "--note",
    "notes",
    multiple=True,
    metavar="WORDS",
    help="A further fact in your words; may be given more than once. What would help an attacker is refused.",
)
@click.option("--issue", is_flag=True, help="Keep it as sent, with its digest in the ledger; needs --by.")
@acting_options
@records_options
@json_option
def command(
    appeal_id: str | None,
    account: str | None,
    terms_file: Path,
    notes: tuple[str, ...],
    issue: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Show the statement of reasons for APPEAL, or for an account; with --issue it is kept as what was sent.

    It says what is in force and for how long, on which facts, whether programs had a part and people decided, on which
    ground, how to object, and how to have one's data. It names no detector, no threshold and no other account.
    """
    from stillwatch import clock  # deferred, as in the others
    from stillwatch.casework.consequences.telling import case_of, draft
    from stillwatch.casework.statements.render import as_json as for_programs
    from stillwatch.casework.statements.render import as_text
    from stillwatch.casework.statements.terms import read_terms

    if (appeal_id is None) is (account is None):
        raise click.UsageError("name an APPEAL, or an account with --account")
    terms = read_terms(terms_file)
    with at_desk(cases, folder, ledger_key) as desk:
        appeal = None if appeal_id is None else desk.office.appeals.get(appeal_id)
        about = account if appeal is None else appeal.account_id
        assert about is not None  # one of the two was named
        statement = draft(
            desk.office, about, desk.measures(about), terms, clock.now().date(), appeal=appeal, notes=notes
        )
        if issue:
            name = acting(desk.records, by, person_token).name
            appeal_name = "" if appeal is None else appeal.appeal_id
            case_id = case_of(desk.office, about, appeal)
            kept = desk.office.statements.issue(statement, by=name, case_id=case_id, appeal_id=appeal_name)
    output = Output(as_json=as_json)
    if as_json:
        output.json(for_programs(statement))
    else:
        click.echo(as_text(statement), nl=False)
    output.say(f"kept as {kept}" if issue else "not kept: --issue keeps what you send")
