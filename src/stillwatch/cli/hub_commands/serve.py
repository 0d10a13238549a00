"""Run the hub: a TAXII 2.1 server for its members."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.hub_options import place_options
from stillwatch.cli.options import quiet_option
from stillwatch.cli.output import Output

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


def _address(_ctx: click.Context, _option: click.Parameter, value: str) -> tuple[str, int]:
    """``HOST:PORT`` as its two parts."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise click.BadParameter(f"{value} is no address such as 127.0.0.1:8450")
    return host, int(port)


@click.command(
    epilog="\b\nExample:\n  stillwatch hub serve --dir hub --listen 192.0.2.20:8450 --tls-cert c.pem --tls-key k.pem"
)
@place_options
@click.option(
    "--listen",
    callback=_address,
    default="127.0.0.1:8450",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to answer; on other addresses than this machine's own only with TLS and members.",
)
@click.option(
    "--url", "public_url", default="", metavar="URL", help="How members reach it, where that differs."
)
@click.option(
    "--title", default="Stillwatch hub", show_default=True, metavar="NAME", help="What discovery calls it."
)
@click.option(
    "--gate",
    default="",
    metavar="URL|PATH",
    help="Where the hub's counsel releases texts; gate.sqlite in --dir unless given (see: stillwatch gate).",
)
@click.option(
    "--policy", type=_FILE, metavar="FILE", help="The antitrust gate's policy; the shipped one unless given."
)
@click.option(
    "--bases", type=_FILE, metavar="FILE", help="Counsel's legal bases; the shipped ones unless given."
)
@click.option(
    "--warninglist",
    "warninglists",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    metavar="PATH",
    help="Further values that are no indicators: TOML, or the MISP project's lists; may be given more than once.",
)
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="Certificate chain (PEM).")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="Its key (PEM).")
@click.option(
    "--tls-client-ca", type=_FILE, metavar="FILE", help="Take client certificates of this authority (PEM)."
)
@click.option("--behind-proxy", is_flag=True, help="Another program in front speaks TLS.")
@click.option("--no-tiers", is_flag=True, help="Tell every member of indicators at once, whatever it gave.")
@quiet_option
def command(
    folder: Path,
    database: str,
    listen: tuple[str, int],
    public_url: str,
    title: str,
    gate: str,
    policy: Path | None,
    bases: Path | None,
    warninglists: tuple[Path, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    tls_client_ca: Path | None,
    behind_proxy: bool,
    no_tiers: bool,
    quiet: bool,
) -> None:
    """Run the hub: a TAXII 2.1 server for its members.

    What was acknowledged survives a kill at any moment. Members and their rights: stillwatch hub members.
    """
    import asyncio  # deferred: help must not wait for compiled code

    from stillwatch.hub.folder import Folder
    from stillwatch.hub.options import Options
    from stillwatch.hub.server import serve

    output = Output(quiet=quiet)
    host, port = listen
    options = Options(
        folder=Folder(folder),
        database=database,
        host=host,
        port=port,
        title=title,
        public_url=public_url,
        gate=gate,
        policy=policy,
        bases=bases,
        warninglists=warninglists,
        tls_cert=tls_cert,
        tls_key=tls_key,
        tls_client_ca=tls_client_ca,
        behind_proxy=behind_proxy,
        tiers=not no_tiers,
    )

    def ready(_hub: object) -> None:
        output.say(
            f"hub {folder} answers at {options.url}/taxii2/ (what there is: {options.url}/openapi.json)"
        )

    asyncio.run(serve(options, on_ready=ready))
    output.say("stopped; everything that was acknowledged is on disk")
