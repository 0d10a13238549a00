"""Look into a store, check it, delete what is too old, and build its background."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from stillwatch.cli.options import config_option, current_settings, json_option
from stillwatch.cli.output import Output, table
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.traffic.retention import Plan, Proof
    from stillwatch.traffic.store import Store

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])
_SECOND: Final = 1_000_000


def _store_argument(decorated: _Decorated) -> _Decorated:
    """Adds the optional STORE argument."""
    return click.argument("store", type=click.Path(path_type=Path), required=False)(decorated)


def _open(folder: Path | None) -> Store:
    """The store named, or the one of the settings."""
    from stillwatch.traffic.store import Store  # deferred: help must not wait for compiled code

    return Store.open(folder or current_settings().store_dir)


@click.group(epilog="\b\nExample:\n  stillwatch store info")
def command() -> None:
    """Look into a store, check it, delete what is too old, and build its background.

    STORE is a folder; the setting `store_dir` unless given.
    """


@command.command(epilog="\b\nExample:\n  stillwatch store info stillwatch-store --json")
@_store_argument
@json_option
@config_option
def info(store: Path | None, as_json: bool) -> None:
    """Say what a store holds and what it takes up."""
    opened = _open(store)
    facts = _facts(opened)
    if as_json:
        Output(as_json=True).json(facts)
        return
    words = [(name.replace("_", " "), _shown(value)) for name, value in facts.items() if name != "purges"]
    click.echo("\n".join(f"{name:<16}{value}" for name, value in words))
    for purge in facts["purges"]:
        click.echo(f"{'purged':<16}{purge['rows']:,} exchanges before {purge['before']}, on {purge['at']}")


def _facts(store: Store) -> dict[str, Any]:
    """What there is to say about a store, in figures."""
    parts = store.manifest.parts
    settings = current_settings()
    with store.connect(settings.threads, settings.memory_gib) as con:
        found = con.execute("SELECT count(DISTINCT account_id) FROM exchanges").fetchone()
    background = store.background()
    files = [f for f in store.path.rglob("*") if f.is_file()]
    return {
        "store": str(store.path),
        "exchanges": store.rows,
        "accounts": int(found[0]) if found else 0,
        "first": _time(min(p.first_ts for p in parts)) if parts else None,
        "last": _time(max(p.last_ts for p in parts)) if parts else None,
        "parts": len(parts),
        "files_read": len(store.manifest.files),
        "bytes": sum(f.stat().st_size for f in files),
        "key": store.manifest.key,
        "gram_share": store.manifest.sample,
        "background": None
        if background is None
        else f"{background.grams.size:,} grams of {background.accounts:,} accounts ({background.source})",
        "purges": [
            {"at": p.at, "before": p.before, "rows": p.rows, "digest": p.digest}
            for p in store.manifest.purges
        ],
    }


def _shown(value: object) -> str:
    """A fact as a person reads it."""
    if value is None:
        return "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


@command.command(epilog="\b\nExample:\n  stillwatch store verify stillwatch-store")
@_store_argument
@config_option
def verify(store: Path | None) -> ExitCode:
    """Check that a store is whole: every part there, unchanged and of the right shape.

    Ends with status 3 where something is damaged, naming the file. Leftovers of a run that was cut short are
    mentioned but do no harm: the next write sweeps them away.
    """
    opened = _open(store)
    from stillwatch.traffic.verification import damages

    output = Output()
    found = list(damages(opened))
    for damage in found:
        output.say(f"{'note' if damage.harmless else 'damage'}: {damage.path} {damage.sentence}")
    broken = [damage for damage in found if not damage.harmless]
    if broken:
        raise StillwatchError(
            f"{len(broken):,} of the store's files {'is' if len(broken) == 1 else 'are'} damaged",
            code="SW-STORE-10",
            where=str(broken[0].path),
            hint="restore the file from a backup, or read the logs into a new store",
            exit_code=ExitCode.UNREADABLE,
        )
    click.echo(f"{opened.path} is whole: {len(opened.manifest.parts):,} parts, {opened.rows:,} exchanges")
    return ExitCode.DONE


@command.command(epilog="\b\nExample:\n  stillwatch store purge stillwatch-store --older-than 90 --dry-run")
@_store_argument
@click.option(
    "--older-than", type=click.IntRange(min=0), metavar="DAYS", help="The setting `retention_days`."
)
@click.option("--dry-run", is_flag=True, help="Say what would go; change nothing.")
@json_option
@config_option
def purge(store: Path | None, older_than: int | None, dry_run: bool, as_json: bool) -> None:
    """Delete exchanges older than some days, and prove it.

    Parts wholly older are removed, parts that reach across the limit are written anew, grams of the
    background that nobody has used since are dropped. Then everything that remains is read again. The store
    keeps a record with a digest of what was removed.
    """
    opened = _open(store)
    from stillwatch import clock
    from stillwatch.traffic import retention

    days = current_settings().retention_days if older_than is None else older_than
    before = int((clock.now() - datetime.timedelta(days=days)).timestamp() * _SECOND)
    output = Output(as_json=as_json)
    todo = retention.plan(opened, before)
    proof = None if dry_run else retention.purge(opened, before)
    if as_json:
        output.json(_purge_figures(todo, proof, before))
    else:
        click.echo("\n".join(_purge_words(todo, proof, before)))


def _purge_figures(todo: Plan, proof: Proof | None, before: int) -> dict[str, object]:
    """A purge for programs."""
    removed = [part.name for part in (*todo.whole, *todo.straddling)]
    figures: dict[str, object] = {"before": _time(before), "dry_run": proof is None}
    figures |= {"exchanges": todo.rows, "background_grams": todo.grams, "parts": removed}
    if proof is not None:
        oldest = None if proof.oldest_left is None else _time(proof.oldest_left)
        digest = proof.record.digest if proof.record else None
        figures |= {"digest": digest, "exchanges_left": proof.rows_left, "oldest_left": oldest}
    return figures


def _purge_words(todo: Plan, proof: Proof | None, before: int) -> list[str]:
    """A purge for people."""
    limit = _time(before)
    if todo.empty:
        return [f"nothing in the store is older than {limit}"]
    verb = "would be deleted" if proof is None else "deleted"
    done = f"{todo.rows:,} exchanges before {limit} {verb}"
    how = f"{len(todo.whole):,} parts removed, {len(todo.straddling):,} written anew"
    words = [f"{done}: {how}, {todo.grams:,} grams of the background dropped"]
    if proof is not None:
        oldest = (
            "nothing is left" if proof.oldest_left is None else f"the oldest is of {_time(proof.oldest_left)}"
        )
        words.append(f"looked again: {proof.rows_left:,} exchanges remain, {oldest}")
        if proof.record is not None:
            words.append(f"recorded in the manifest with digest {proof.record.digest[:16]}…")
    return words


@command.command(
    epilog="\b\nExample:\n  stillwatch store background stillwatch-store --rebuild --until 2026-11-01"
)
@_store_argument
@click.option("--rebuild", is_flag=True, help="Count the store's grams anew and keep the outcome.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Only what came before, in UTC."
)
@config_option
def background(store: Path | None, rebuild: bool, until: datetime.datetime | None) -> None:
    """Show the store's background, or build it anew.

    The background says which wording is common on the site; what is read later is sketched without it.
    """
    opened = _open(store)
    if rebuild:
        _rebuild(opened, until)
    elif until is not None:
        raise click.UsageError("--until goes with --rebuild")
    kept = opened.background()
    if kept is None:
        click.echo("the store has no background; build one with --rebuild")
        return
    rows = [("source", kept.source), ("accounts", f"{kept.accounts:,}"), ("grams", f"{kept.grams.size:,}")]
    rows.append(("common from", f"{kept.common_at:,} accounts on"))
    click.echo(table(("background", ""), rows))


def _rebuild(opened: Store, until: datetime.datetime | None) -> None:
    """Count the store's grams and keep them as its background."""
    from stillwatch.traffic.history import background_of
    from stillwatch.traffic.store import Store, writing

    limit = None if until is None else int(until.replace(tzinfo=datetime.UTC).timestamp() * _SECOND)
    ending = "" if until is None else f" until {until:%Y-%m-%d}"
    with writing(opened.path):
        opened.manifest = Store.open(opened.path).manifest
        opened.set_background(
            background_of(opened, until_us=limit, source=f"the store's own traffic{ending}")
        )


def _time(micros: int) -> str:
    """Microseconds since 1970 UTC as RFC 3339, to the second."""
    return datetime.datetime.fromtimestamp(micros / _SECOND, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
