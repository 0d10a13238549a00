"""Run the sidecar of a gateway: follow the node, answer sub-requests, keep tables current."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from stillwatch.cli.gateways_options import gateway_argument, opened
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from pathlib import Path


@click.command(epilog="\b\nExample:\n  stillwatch gateways run nginx --site gateways.toml")
@gateway_argument
@click.option("--grpc", is_flag=True, help="Answer Envoy's gRPC instead of HTTP.")
def command(gateway: str, site_file: Path | None, grpc: bool) -> None:
    """Run GATEWAY's sidecar until SIGTERM or Ctrl-C.

    It follows the node's decisions, keeps the last known ones, answers the gateway's sub-requests on this machine
    and keeps the gateway's own tables current. The node may die: what is known stays in force.
    """
    import asyncio
    import logging

    from stillwatch.enforcement.gateways.sidecar.run import Sidecar

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    found, site = opened(gateway, site_file)
    asyncio.run(Sidecar(site, found).run(Output().say, grpc=grpc))
