"""Serve: evaluate blinded items for members, make epochs in time, destroy keys that are over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.keyservice_options import folder_options
from stillwatch.cli.options import quiet_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from stillwatch.keyservice.live import KeyService


def _address(_ctx: click.Context, _option: click.Parameter, value: str) -> tuple[str, int]:
    """``HOST:PORT`` as its two parts."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise click.BadParameter(f"{value} is no address such as 127.0.0.1:8460")
    return host, int(port)


@click.command(epilog="\b\nExample:\n  stillwatch keyservice serve --dir keyservice --listen 127.0.0.1:8460")
@folder_options
@click.option(
    "--listen",
    callback=_address,
    default="127.0.0.1:8460",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to answer; another machine's requests only over TLS.",
)
@click.option(
    "--name", default="key service", show_default=True, help="What it calls itself in its list of epochs."
)
@click.option(
    "--tls-cert",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Certificate chain (PEM).",
)
@click.option(
    "--tls-key",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Its key (PEM).",
)
@click.option(
    "--tls-client-ca",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Let in only clients with a certificate of this authority (PEM).",
)
@click.option("--behind-proxy", is_flag=True, help="Another program speaks TLS in front of this one.")
@click.option(
    "--epoch-days",
    type=click.IntRange(0, 366),
    default=91,
    show_default=True,
    help="How long an epoch lasts; 0 makes none by itself.",
)
@click.option(
    "--overlap-days",
    type=click.IntRange(0, 366),
    default=28,
    show_default=True,
    help="How long its key is used after that, to look for what was shared.",
)
@quiet_option
def command(
    folder: Path,
    database: str,
    listen: tuple[str, int],
    name: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    tls_client_ca: Path | None,
    behind_proxy: bool,
    epoch_days: int,
    overlap_days: int,
    quiet: bool,
) -> None:
    """Run the key service.

    It learns neither what members ask about nor what comes out. It counts how much they ask, holds them to their
    quotas over restarts, and logs who asked for how much and never what.
    """
    import asyncio  # deferred: help must not wait for compiled code
    import logging

    from stillwatch.keyservice.folder import Folder
    from stillwatch.keyservice.options import Options
    from stillwatch.keyservice.server import serve

    if not quiet:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
        logging.getLogger("stillwatch.keyservice").setLevel(logging.INFO)
    output = Output(quiet=quiet)
    host, port = listen
    options = Options(
        folder=Folder(folder),
        database=database,
        host=host,
        port=port,
        name=name,
        tls_cert=tls_cert,
        tls_key=tls_key,
        tls_client_ca=tls_client_ca,
        behind_proxy=behind_proxy,
        epoch_days=epoch_days,
        overlap_days=overlap_days,
    )

    def ready(service: KeyService) -> None:
        scheme = "https" if tls_cert else "http"
        output.say(f"key service {folder} answers at {scheme}://{host}:{port} (what there is: /openapi.json)")
        output.say(f"members are told its signing key beforehand: {service.signer}")

    asyncio.run(serve(options, on_ready=ready))
    output.say("stopped; what members spent is on disk")
