"""Ask suspects what they are, and note new versions."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options
from stillwatch.errors import ExitCode, StillwatchError


@click.command(
    epilog="Exit status: 0 done, 5 a suspect could not be asked; the others were.\n\n"
    "\b\nExample:\n  stillwatch attribute suspects check --all --by analyst-1"
)
@click.argument("suspects", metavar="[SUSPECT]...", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Every suspect that is watched; for a timer.")
@acting_options
@records_options
def command(
    suspects: tuple[str, ...],
    everybody: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> ExitCode:
    """Put one short question to each SUSPECT; what the answer says of the model is its version.

    A version that was never seen makes a test due. Where a model does not say what it is, enter what you learn
    elsewhere with `suspects seen`.
    """
    from stillwatch.attribution.suspects.checking import check  # deferred: help must not wait
    from stillwatch.attribution.suspects.register import SuspectRegister

    if not suspects and not everybody:
        raise click.UsageError("name suspects, or --all")
    output, ended = Output(), ExitCode.DONE
    with opened(cases, folder, ledger_key) as records:
        person, register = acting(records, by, person_token), SuspectRegister(records)
        for each in register.list() if everybody else [register.get(name) for name in suspects]:
            try:
                version = check(register, each, person)
            except StillwatchError as error:
                output.say(error.render())
                ended = error.exit_code
                continue
            if version is not None:
                click.echo(f"{each.suspect_id}\tversion {version.number}\t{version.label}")
            else:
                output.say(f"{each.suspect_id} is still {register.versions(each.suspect_id)[-1].label}")
    return ended
