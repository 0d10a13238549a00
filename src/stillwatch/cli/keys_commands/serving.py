"""Write what a serving machine needs: this epoch's watermark keys, and who is served under which."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.keys_options import looking, schedule_options
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch keys serving serving-keys.json")
@click.argument("out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@schedule_options
def command(out: Path, keys: Path | None, cases: str | None, folder: Path, ledger_key: Path | None) -> None:
    """Write FILE for the logits processors of serving machines, replacing it in one step.

    It holds secret keys of this epoch, readable by its owner only; never the master secret. Serving reads it again by
    itself. How to serve with it: docs/how-to/serve-with-keys.md.
    """
    from stillwatch.attribution.serving.serving_keys import ServingKeys  # deferred: help must not wait

    with looking(keys, cases, folder, ledger_key) as schedule:
        epoch, by_cluster, accounts = schedule.serving_keys()
    ServingKeys(epoch.name, epoch.settings, by_cluster, accounts).write(out)
    output = Output()
    output.path(out)
    clusters = len(by_cluster) - 1
    words = "cluster has its" if clusters == 1 else "clusters have their"
    output.say(
        f"{epoch.name}: {clusters} {words} own key ({len(accounts):,} accounts), the others the default one"
    )
