"""Serve the console."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import config_option, current_settings, quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import records_options

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


def _address(_ctx: click.Context, _option: click.Parameter, value: str) -> tuple[str, int]:
    """``HOST:PORT`` as its two parts."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise click.BadParameter(f"{value} is no address such as 127.0.0.1:8470")
    return host, int(port)


@click.command(epilog="\b\nExample:\n  stillwatch console serve --dir node --policy policy.yaml")
@records_options
@click.option(
    "--listen",
    callback=_address,
    default="127.0.0.1:8470",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to answer; on other addresses than this machine's own only with TLS.",
)
@click.option(
    "--findings", type=_FOLDER, metavar="DIR", help="What `stillwatch detect` wrote, where no node runs."
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The policy the node acts by.",
)
@click.option(
    "--node", default="", metavar="URL", help="The node that runs, which takes changes to decisions."
)
@click.option("--token-file", type=_FILE, metavar="FILE", help="File with the token for --node.")
@click.option("--intel", default="", metavar="URL|PATH", help="Where indicators that others reported are.")
@click.option("--hub", type=_FILE, metavar="FILE", help="Settings of the membership (see: stillwatch share).")
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder with finished reports.",
)
@click.option(
    "--logs",
    multiple=True,
    metavar="LOGS",
    help="Your own logs, read again to see what of a case would leave; may be given more than once.",
)
@click.option("--oidc", type=_FILE, metavar="FILE", help="Settings of your organisation's login (TOML).")
@click.option(
    "--url", default="", metavar="URL", help="How browsers reach it, where a proxy stands before it."
)
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="Certificate chain (PEM).")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="Its key (PEM).")
@click.option(
    "--idle",
    type=click.FloatRange(min=1),
    default=30.0,
    show_default=True,
    metavar="MINUTES",
    help="A session ends after so long without use.",
)
@click.option(
    "--session",
    "session_hours",
    type=click.FloatRange(min=0.1),
    default=12.0,
    show_default=True,
    metavar="HOURS",
    help="A session ends after so long in any case.",
)
@quiet_option
@config_option
def command(
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    listen: tuple[str, int],
    findings: Path | None,
    policy: Path | None,
    node: str,
    token_file: Path | None,
    intel: str,
    hub: Path | None,
    reports: Path | None,
    logs: tuple[str, ...],
    oidc: Path | None,
    url: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    idle: float,
    session_hours: float,
    quiet: bool,
) -> None:
    """Serve the pages of one node to whoever logs in.

    People log in with their token (stillwatch people token), or through your organisation's login. Every page is also
    there as JSON and its tables as CSV; every page works without JavaScript, and nothing foreign is loaded.
    """
    settings = current_settings()
    output = Output(quiet=quiet)

    import asyncio  # deferred: help must not wait for a web server

    from stillwatch.console.options import Options
    from stillwatch.console.server import serve

    host, port = listen
    options = Options(
        folder=folder,
        host=host,
        port=port,
        cases=cases or "",
        ledger_key=ledger_key,
        findings=findings,
        policy=policy,
        node=node,
        token_file=token_file,
        intel=intel,
        hub=hub,
        reports=reports,
        logs=logs,
        oidc=oidc,
        url=url,
        tls_cert=tls_cert,
        tls_key=tls_key,
        idle_minutes=idle,
        session_hours=session_hours,
    )
    shown = url or f"{'https' if tls_cert else 'http'}://{host}:{port}"

    def ready(_live: object) -> None:
        output.say(f"the console of {folder} answers at {shown} (log in with: stillwatch people token NAME)")

    asyncio.run(serve(options, settings, on_ready=ready))
