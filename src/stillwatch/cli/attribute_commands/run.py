"""Ask the models of a committed plan, and archive every answer; goes on where it stopped."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from pathlib import Path

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options
from stillwatch.errors import ExitCode

_EVERY_S = 5.0


@click.command(
    epilog="Exit status: 0 all was asked, 2 the plan is not the committed one, 3 the archive cannot be used, "
    "5 a model cannot be asked: the same command goes on later.\n\n"
    "\b\nExample:\n  stillwatch attribute run plan.toml --out archive --by analyst-1"
)
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="ARCHIVE",
    help="Folder for the archive; one with a part of this run is completed.",
)
@acting_options
@records_options
@json_option
@quiet_option
def command(
    plan: Path,
    out: Path,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """Ask every model of PLAN what it is to be asked.

    Rate limits are waited out, what may pass is tried again, and a model that changes midway is noticed: its later
    answers do not count. Keys to endpoints come from the variables or files that PLAN names, and are kept nowhere.
    """
    import msgspec  # deferred: help must not wait

    from stillwatch.attribution.plans.preparing import prepare
    from stillwatch.attribution.plans.reading import read_draft
    from stillwatch.attribution.procedure.run import run

    prepared = prepare(read_draft(plan))
    output = Output(as_json, quiet)
    on_interrupt(f"what was answered is in {out}; run the same command again to go on")
    heard = _Heard(output, {each.name: prepared.plan.questions(each.side) for each in prepared.plan.models})
    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        manifest = run(records, prepared.plan, prepared.draft.endpoints, out, person, heard=heard.one)
    for line in manifest.models:
        state = (
            f"changed midway ({line.changed})" if line.changed else "complete" if line.complete else "open"
        )
        output.say(f"{line.name}: {line.answered:,} of {line.asked:,} answers, {state}")
    if as_json:
        output.json(msgspec.to_builtins(manifest))
    else:
        output.path(out)
    if manifest.complete:
        return ExitCode.DONE
    output.say("some questions have no answer yet: run the same command again")
    return ExitCode.REMOTE_FAILED


class _Heard:
    """Says now and then how many answers came."""

    def __init__(self, output: Output, wanted: dict[str, int]) -> None:
        self._output = output
        self._wanted = sum(wanted.values())
        self._came: Counter[str] = Counter()
        self._last = time.monotonic()

    def one(self, name: str) -> None:
        """An answer came."""
        self._came[name] += 1
        if time.monotonic() - self._last < _EVERY_S:
            return
        self._last = time.monotonic()
        least = min(self._came.items(), key=lambda each: each[1])
        with contextlib.suppress(OSError):
            self._output.say(
                f"{self._came.total():,} answers came in this run, the fewest from {least[0]} ({least[1]:,}); "
                f"the plan asks {self._wanted:,} times"
            )
