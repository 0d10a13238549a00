"""Say who the members of a hub are, and with what they prove it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.hub_options import place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_KINDS = ("lab", "cloud", "reseller", "auditor", "government")
_SCOPES = ("read", "write", "metrics")
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_KEY = click.option(
    "--key", type=_FILE, metavar="FILE", help="Public key that its requests are signed with (PEM)."
)
_CERTIFICATE = click.option(
    "--certificate", type=_FILE, metavar="FILE", help="Client certificate that it will show (PEM)."
)
_SCOPE = click.option(
    "--scope",
    "scopes",
    type=click.Choice(_SCOPES),
    multiple=True,
    help="What the token is good for; read and write unless given. May be given more than once.",
)


@click.group(epilog="\b\nExample:\n  stillwatch hub members add lab-1 --kind lab --key lab-1.pem --dir hub")
def command() -> None:
    """Say who the members of a hub are, and with what they prove it.

    A token is printed once, when it is made; the database keeps only a digest of it. Every change is an entry in the
    hub's log, and a running hub notices within a second.
    """


@command.command(
    epilog="\b\nExample:\n  stillwatch hub members add lab-1 --kind lab --key lab-1.pem --dir hub"
)
@click.argument("name")
@click.option("--kind", type=click.Choice(_KINDS), required=True, help="What it may do follows from this.")
@_KEY
@_CERTIFICATE
@_SCOPE
@click.option("--hidden", is_flag=True, help="Other members do not learn what it reported; auditors do.")
@click.option(
    "--unsigned-writes", is_flag=True, help="Its client cannot sign: a token alone suffices to write."
)
@click.option("--objects-per-day", type=click.IntRange(min=0), help="Instead of what its kind has.")
@click.option("--requests-per-minute", type=click.IntRange(min=1), help="Instead of what its kind has.")
@place_options
@json_option
def add(
    name: str,
    kind: str,
    key: Path | None,
    certificate: Path | None,
    scopes: tuple[str, ...],
    hidden: bool,
    unsigned_writes: bool,
    objects_per_day: int | None,
    requests_per_minute: int | None,
    folder: Path,
    database: str,
    as_json: bool,
) -> None:
    """Take NAME in and print its token."""
    from stillwatch.hub.folder import Folder
    from stillwatch.hub.members.store import Terms
    from stillwatch.hub.opening import opened
    from stillwatch.hub.rights import MemberKind, Scope

    terms = Terms(
        shown=not hidden,
        unsigned_writes=unsigned_writes,
        requests_per_minute=requests_per_minute,
        objects_per_day=objects_per_day,
    )
    wanted = [Scope(each) for each in scopes or ("read", "write")]
    with opened(Folder(folder), database) as hub:
        token = hub.members.add(
            name,
            MemberKind(kind),
            terms,
            key=_public(key),
            certificate=_fingerprint(certificate),
            scopes=wanted,
        )
        member = next(each.member for each in hub.members.list() if each.member.name == name)
    if as_json:
        Output(as_json=True).json({"name": name, "identity": member.identity, "token": token})
        return
    Output().say(f"{name} is {member.identity}; its token:")
    click.echo(token)


@command.command("list", epilog="\b\nExample:\n  stillwatch hub members list --dir hub --json")
@place_options
@json_option
def list_(folder: Path, database: str, as_json: bool) -> None:
    """List members: kinds, credentials and since when they are suspended; never the tokens themselves.

    `told` says how soon a member is told of indicators, by what it gave (see: hub serve --no-tiers).
    """
    from stillwatch.hub.folder import Folder
    from stillwatch.hub.opening import opened
    from stillwatch.hub.standing import Standings

    standings = Standings()
    with opened(Folder(folder), database) as hub:
        found = hub.members.list()
        with hub.database.read() as connection:
            standings.renew(connection)
    tiers = {each.member.name: standings.tier(each.member) for each in found}
    if as_json:
        Output(as_json=True).json(
            [
                {
                    "name": each.member.name,
                    "kind": each.member.kind.value,
                    "identity": each.member.identity,
                    "created": each.member.created,
                    "suspended": each.member.suspended,
                    "shown": each.member.shown,
                    "unsigned_writes": each.member.unsigned_writes,
                    "requests_per_minute": each.member.quota.requests_per_minute,
                    "objects_per_day": each.member.quota.objects_per_day,
                    "tier": tiers[each.member.name].value,
                    "points": standings.contribution(each.member).points,
                    "keys": each.keys,
                    "certificates": each.certificates,
                    "tokens": [
                        {"digest": digest, "scopes": scopes.split(), "expires": expires}
                        for digest, scopes, expires in each.tokens
                    ],
                }
                for each in found
            ]
        )
        return
    rows = [
        (
            each.member.name,
            each.member.kind.value,
            len(each.keys),
            len(each.certificates),
            len(each.tokens),
            "yes" if each.member.shown else "no",
            f"after {days} days" if (days := tiers[each.member.name].delay.days) else "at once",
            each.member.suspended or "no",
        )
        for each in found
    ]
    head = ("name", "kind", "keys", "certificates", "tokens", "shown", "told", "suspended")
    click.echo(table(head, rows) if rows else "no members")


@command.command(epilog="\b\nExample:\n  stillwatch hub members rotate lab-1 --grace 24 --dir hub")
@click.argument("name")
@_KEY
@_CERTIFICATE
@_SCOPE
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="How long the present ones stay valid.",
)
@place_options
def rotate(
    name: str,
    key: Path | None,
    certificate: Path | None,
    scopes: tuple[str, ...],
    grace: float,
    folder: Path,
    database: str,
) -> None:
    """Give NAME a new key or certificate; without either, print a new token for it."""
    from stillwatch.hub.folder import Folder
    from stillwatch.hub.opening import opened
    from stillwatch.hub.rights import Scope

    wants_token = (key is None and certificate is None) or bool(scopes)
    with opened(Folder(folder), database) as hub:
        token = hub.members.rotate(
            name,
            datetime.timedelta(hours=grace),
            key=_public(key),
            certificate=_fingerprint(certificate),
            token=wants_token,
            scopes=[Scope(each) for each in scopes],
        )
    if token is not None:
        click.echo(token)
    else:
        click.echo(f"{name} has new credentials; the present ones end in {grace:g} h")


@command.command(
    epilog="\b\nExample:\n  stillwatch hub members suspend lab-1 --reason 'its key was stolen' --dir hub"
)
@click.argument("name")
@click.option("--reason", required=True, help="Goes into the log.")
@click.option("--lift", is_flag=True, help="Let it in again.")
@place_options
def suspend(name: str, reason: str, lift: bool, folder: Path, database: str) -> None:
    """Let NAME do nothing any more; its objects stay."""
    from stillwatch.hub.folder import Folder
    from stillwatch.hub.opening import opened

    with opened(Folder(folder), database) as hub:
        if lift:
            hub.members.resume(name, reason)
        else:
            hub.members.suspend(name, reason)
    click.echo(f"{name} {'may use the hub again' if lift else 'is suspended'}")


def _public(path: Path | None) -> Ed25519PublicKey | None:
    from stillwatch.sharing.keys import read_public

    return None if path is None else read_public(path.read_bytes(), str(path))


def _fingerprint(path: Path | None) -> str | None:
    from stillwatch.hub.members.certificates import fingerprint

    return None if path is None else fingerprint(path)
