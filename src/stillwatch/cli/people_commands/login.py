"""Log in with your organisation's login and keep the session's token in a file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch people login --oidc oidc.toml --token-file session.token")
@click.option(
    "--oidc",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Settings of the login: issuer, client_id, [roles] and so on.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to keep the session's token; only you can read it.",
)
@click.option(
    "--wait", type=click.FloatRange(min=1), default=300.0, show_default=True, help="Seconds to wait."
)
@records_options
def command(
    oidc: Path, token_file: Path, wait: float, cases: str | None, folder: Path, ledger_key: Path | None
) -> None:
    """Log in with your organisation's login (OpenID Connect).

    It prints an address to open in a browser on this machine and waits for the way back. Your groups decide which roles
    you have. Commands take the session's token with --person-token.
    """
    from stillwatch.casework.people.login import Logins
    from stillwatch.casework.people.loopback import Landing  # deferred: help must not wait for the database
    from stillwatch.casework.people.oidc_provider import OidcProvider
    from stillwatch.casework.people.oidc_settings import read_oidc_settings

    settings, output = read_oidc_settings(oidc), Output()
    with opened(cases, folder, ledger_key) as records, Landing() as landing:
        logins = Logins(records.people, OidcProvider(settings))
        output.say("open this address in a browser on this machine:")
        click.echo(logins.begin(landing.address))
        came = landing.wait(wait)
        person, token = logins.finish(
            came.get("state", ""), came.get("code", ""), landing.address, came.get("iss", "")
        )
    token_file.unlink(missing_ok=True)
    with os.fdopen(os.open(token_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{token}\n")
    output.say(f"{person.name} is {', '.join(sorted(person.roles))} for {settings.session_hours:g} hours")
