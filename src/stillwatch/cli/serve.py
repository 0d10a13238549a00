"""Run the live node: take traffic in, judge it, answer gateways."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.authorisation_options import authorisation_options, places
from stillwatch.cli.log_options import read_options, reading_options
from stillwatch.cli.options import config_file, config_option, current_settings, quiet_option
from stillwatch.cli.output import Output


def _address(_ctx: click.Context, _option: click.Parameter, value: str) -> tuple[str, int]:
    """``HOST:PORT`` as its two parts."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise click.BadParameter(f"{value} is no address such as 127.0.0.1:8440")
    return host, int(port)


@click.command(epilog="\b\nExample:\n  stillwatch serve --dir node --follow '/var/log/gateway/*.jsonl'")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("stillwatch-node"),
    show_default=True,
    metavar="NODE",
    help="Folder for everything the node keeps; one node a folder.",
)
@click.option(
    "--listen",
    callback=_address,
    default="127.0.0.1:8440",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to answer; other machines are let in only with --tokens.",
)
@click.option(
    "--follow",
    multiple=True,
    metavar="GLOB",
    help="Take in what is appended to these files; may be given more than once.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="ADDRESS",
    help="Take in from redis://HOST:PORT/DB?stream=NAME or kafka://HOST:PORT/TOPIC; may be given more than once.",
)
@reading_options
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="What to do about whom; without it verdicts have no consequences.",
)
@click.option(
    "--organizations",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="What is known about organisations, for rules that ask for it.",
)
@authorisation_options
@click.option(
    "--intel",
    metavar="URL|PATH",
    help="What other members reported (see `stillwatch intel`): evidence, never a verdict by itself.",
)
@click.option(
    "--trust-places",
    is_flag=True,
    help="Country and network in the traffic were written by an edge of yours, not by the client.",
)
@click.option(
    "--tokens",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Who may do what; see `stillwatch tokens`.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="STORE",
    help="A store of earlier traffic, by which novelty is told; without it the node's own older traffic.",
)
@click.option(
    "--tls-cert",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Certificate chain (PEM).",
)
@click.option(
    "--tls-key", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Its key (PEM)."
)
@click.option(
    "--tls-client-ca",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Let in only clients with a certificate of this authority (PEM).",
)
@click.option(
    "--every",
    type=click.FloatRange(min=1.0),
    default=12.0,
    show_default=True,
    metavar="SECONDS",
    help="From one look at the traffic to the next.",
)
@quiet_option
@config_option
def command(
    folder: Path,
    listen: tuple[str, int],
    follow: tuple[str, ...],
    sources: tuple[str, ...],
    format_: str | None,
    account: str | None,
    account_from: str | None,
    map_file: Path | None,
    policy: Path | None,
    organizations: Path | None,
    apps: Path | None,
    authorisations: tuple[str, ...],
    intel: str | None,
    trust_places: bool,
    tokens: Path | None,
    baseline: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    tls_client_ca: Path | None,
    every: float,
    quiet: bool,
) -> None:
    """Run the live node.

    It takes exchanges in over HTTP and from followed files, judges them every few seconds, and tells gateways
    what an account may do. What was acknowledged survives a kill at any moment; prompts are sketched before
    they reach the disk.
    """
    settings = current_settings()
    output = Output(quiet=quiet)

    import asyncio  # deferred: help must not wait for compiled code

    from stillwatch.node.options import Options
    from stillwatch.node.server import serve

    host, port = listen
    options = Options(
        folder=folder,
        host=host,
        port=port,
        follow=follow,
        sources=sources,
        reading=read_options(format_, account, account_from, map_file),
        tokens=tokens,
        policy=policy,
        organizations=organizations,
        authorisations=places(apps, authorisations),
        intel=intel,
        places_believed=trust_places,
        baseline=baseline,
        config=config_file(),
        tls_cert=tls_cert,
        tls_key=tls_key,
        tls_client_ca=tls_client_ca,
        every_s=every,
    )
    scheme = "https" if tls_cert else "http"

    def ready(_live: object) -> None:
        output.say(f"node {folder} answers at {scheme}://{host}:{port} (what there is: /openapi.json)")
        if tokens is None:
            output.say("no --tokens: everybody on this machine may do everything")

    asyncio.run(serve(options, settings, on_ready=ready))
    output.say("stopped; everything that was acknowledged is on disk")
