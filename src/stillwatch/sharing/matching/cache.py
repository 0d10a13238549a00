"""What a member blinded already, so that it can match for weeks without the key service and asks for nothing twice.

Kept are the token and a keyed hash of the identifier under a key of the lab's own, made on first use; so the file
gives away neither. It also remembers which key an epoch was first announced with, and the last list.
"""

from __future__ import annotations

import os
import secrets
import stat
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from blake3 import blake3
from sqlalchemy import Connection

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.matching.cache_tables import LISTS, MATCHING, PINNED, TOKENS
from stillwatch.storage.sql import SqlDatabase, database_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from stillwatch.sharing.matching.epochs import EpochList

_KEY_BYTES: Final = 32
_ITEM_BYTES: Final = 16
_AT_ONCE: Final = 400


class Cache:
    """A file of tokens by epoch; several processes may use it.

    Args:
        path: the file; its key lies beside it, with ``.key`` at the end.

    Raises:
        StillwatchError: it cannot be used, or its key may be read by others.
    """

    def __init__(self, path: Path) -> None:
        self._database = SqlDatabase(database_url(path), MATCHING)
        self._database.upgrade()
        self._key = _own_key(path.with_name(f"{path.name}.key"))

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def tokens(self, epoch: str, items: Sequence[bytes]) -> dict[bytes, bytes]:
        """Tokens that are known, by item."""
        hashed = {self._hashed(item): item for item in items}
        found: dict[bytes, bytes] = {}
        with self._database.read() as connection:
            wanted = list(hashed)
            for at in range(0, len(wanted), _AT_ONCE):
                query = sa.select(TOKENS.c.item, TOKENS.c.token).where(
                    TOKENS.c.epoch == epoch, TOKENS.c.item.in_(wanted[at : at + _AT_ONCE])
                )
                found |= {hashed[bytes(row.item)]: bytes(row.token) for row in connection.execute(query)}
        return found

    def keep(self, epoch: str, tokens: Mapping[bytes, bytes]) -> None:
        """Keep tokens by item; on disk when this returns."""
        hashed = {self._hashed(item): token for item, token in tokens.items()}
        with self._database.write() as connection:
            known = _known(connection, epoch, hashed)
            rows = [
                {"epoch": epoch, "item": item, "token": token}
                for item, token in hashed.items()
                if item not in known
            ]
            if rows:
                connection.execute(TOKENS.insert(), rows)

    def last_list(self, signer: str) -> bytes | None:
        """The list of epochs that was last taken from a key service; None before the first."""
        query = sa.select(LISTS.c.content).where(LISTS.c.signer == signer)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else bytes(row.content)

    def take_list(self, signer: str, listed: EpochList, content: bytes) -> None:
        """Take a verified list of epochs, and drop tokens of epochs that nobody evaluates any more.

        Raises:
            StillwatchError: SW-MATCH-15 where it is older than what is known, SW-MATCH-16 where an epoch's key was
                another when it was first announced.
        """
        with self._database.write() as connection:
            before = connection.execute(sa.select(LISTS.c.serial).where(LISTS.c.signer == signer)).scalar()
            if before is not None and listed.serial < before:
                raise StillwatchError(
                    "the key service shows an older list of epochs than before",
                    code="SW-MATCH-15",
                    hint="ask its operator whether it was restored from a backup; use nothing of it until then",
                    exit_code=ExitCode.REMOTE_FAILED,
                )
            self._pin(connection, signer, listed)
            connection.execute(LISTS.delete().where(LISTS.c.signer == signer))
            connection.execute(LISTS.insert().values(signer=signer, serial=listed.serial, content=content))
            over = [e.name for e in listed.epochs if e.evaluated_until <= listed.issued]
            connection.execute(TOKENS.delete().where(TOKENS.c.epoch.in_(over)))

    def _pin(self, connection: Connection, signer: str, listed: EpochList) -> None:
        """Hold the service to the keys that it announced first."""
        rows = connection.execute(sa.select(PINNED).where(PINNED.c.signer == signer))
        pinned = {row.epoch: row.public_key for row in rows}
        for epoch in listed.epochs:
            key = epoch.public_key.hex()
            if pinned.get(epoch.name, key) != key:
                raise StillwatchError(
                    f"the key service shows another key for {epoch.name} than before",
                    code="SW-MATCH-16",
                    hint="it may be telling members apart: compare digests with other members, use nothing of it",
                    exit_code=ExitCode.REMOTE_FAILED,
                )
            if epoch.name not in pinned:
                connection.execute(PINNED.insert().values(signer=signer, epoch=epoch.name, public_key=key))

    def _hashed(self, item: bytes) -> bytes:
        return blake3(item, key=self._key).digest(length=_ITEM_BYTES)


def _known(connection: Connection, epoch: str, items: Iterable[bytes]) -> set[bytes]:
    wanted = list(items)
    known: set[bytes] = set()
    for at in range(0, len(wanted), _AT_ONCE):
        query = sa.select(TOKENS.c.item).where(
            TOKENS.c.epoch == epoch, TOKENS.c.item.in_(wanted[at : at + _AT_ONCE])
        )
        known |= {bytes(row.item) for row in connection.execute(query)}
    return known


def _own_key(path: Path) -> bytes:
    """The lab's key for this cache, made on first use with access for the owner alone."""
    try:
        if not path.exists():
            scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(_KEY_BYTES) + "\n")
            try:
                os.link(scratch, path)  # unlike rename, loses to a key that another process has just made
            except FileExistsError:
                pass
            finally:
                scratch.unlink()
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise StillwatchError(
                "the key of the matching cache may be read by others than its owner",
                code="SW-MATCH-17",
                where=str(path),
                hint=f"chmod 600 {path}",
            )
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(key) != _KEY_BYTES:
            raise ValueError("another length")
    except (OSError, ValueError) as error:
        raise StillwatchError(
            f"the key of the matching cache cannot be used: {getattr(error, 'strerror', None) or 'it is damaged'}",
            code="SW-MATCH-18",
            where=str(path),
            hint="remove the cache and its key; everything is blinded anew then",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return key
