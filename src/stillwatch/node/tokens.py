"""Who may do what: bearer tokens with scopes, of which only digests are kept.

A token is 32 random bytes, so a plain BLAKE3 digest cannot be turned back and needs no salt. Two tokens of a name are
valid while it is being rotated; the file is read again when it changes.
"""

from __future__ import annotations

import contextlib
import datetime
import difflib
import enum
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from blake3 import blake3

from stillwatch import clock
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.serving.holding import Held, hold
from stillwatch.storage.whole_file import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PREFIX: Final = "sw_"
_VALID_AT_ONCE: Final = 2


class Right(enum.StrEnum):
    """What a token may be used for; ``admin`` holds all the others."""

    INGEST = "ingest"
    DECIDE = "decide"
    READ = "read"
    DECIDE_WRITE = "decide-write"
    CASES = "cases"
    ADMIN = "admin"


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """One token as the file keeps it.

    Attributes:
        name: who uses it; stands in the record of what was done with it.
        digest: BLAKE3 of the token, in hex.
        expires: RFC 3339; None for never.
    """

    name: str
    digest: str
    scopes: tuple[Right, ...]
    created: str
    expires: str | None = None

    def allows(self, scope: Right) -> bool:
        """Whether it may be used for that."""
        return scope in self.scopes or Right.ADMIN in self.scopes

    def valid(self, now: datetime.datetime) -> bool:
        """Whether it has not expired."""
        return self.expires is None or now < datetime.datetime.fromisoformat(self.expires)


class TokenFile:
    """The tokens of a file.

    Args:
        path: the file; it need not exist yet.

    Raises:
        StillwatchError: it cannot be read, or is no token file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._tokens: tuple[Token, ...] = ()
        self._by_digest: dict[str, Token] = {}
        self.refresh()

    def __iter__(self) -> Iterator[Token]:
        return iter(self._tokens)

    def __len__(self) -> int:
        return len(self._tokens)

    def refresh(self) -> None:
        """Read the file again if it has changed.

        Raises:
            StillwatchError: it cannot be read, or is no token file.
        """
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp == self._stamp:
                return
            tokens = msgspec.json.decode(self.path.read_bytes(), type=tuple[Token, ...])
        except FileNotFoundError:
            stamp, tokens = None, ()
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise StillwatchError(
                f"the token file cannot be read: {getattr(error, 'strerror', None) or error}",
                code="SW-NODE-10",
                where=str(self.path),
                hint="restore it, or remove it and add tokens with: stillwatch tokens add",
                exit_code=ExitCode.UNREADABLE,
            ) from error
        self._stamp, self._tokens = stamp, tokens
        self._by_digest = {token.digest: token for token in tokens}

    def find(self, presented: str) -> Token | None:
        """The token that was presented, if it is known and has not expired."""
        token = self._by_digest.get(_digest(presented))
        return token if token is not None and token.valid(clock.now()) else None

    def add(self, name: str, scopes: Iterable[Right], days: float | None = None) -> str:
        """Make a token and keep its digest.

        Returns:
            The token; it cannot be had again.

        Raises:
            StillwatchError: the name has two valid ones already, the file cannot be written, or another process
                changes it.
        """
        now = clock.now()
        expires = None if days is None else _iso(now + datetime.timedelta(days=days))
        presented, made = _made(name, scopes, now, expires)
        with self._changing():
            if sum(t.name == name and t.valid(now) for t in self._tokens) >= _VALID_AT_ONCE:
                raise StillwatchError(
                    f"{name} has two valid tokens already",
                    code="SW-NODE-11",
                    where=str(self.path),
                    hint=f"take one back first: stillwatch tokens revoke {name}",
                )
            self._write((*self._tokens, made))
        return presented

    def revoke(self, name: str) -> int:
        """Take back every token of a name; returns how many.

        Raises:
            StillwatchError: there is none, the file cannot be written, or another process changes it.
        """
        with self._changing():
            kept = tuple(token for token in self._tokens if token.name != name)
            gone = len(self._tokens) - len(kept)
            if not gone:
                raise self._unknown(name)
            self._write(kept)
        return gone

    def rotate(self, name: str, grace_hours: float) -> str:
        """A new token of the same scopes; the present one stays valid for a while.

        Raises:
            StillwatchError: there is none of that name, the file cannot be written, or another process changes it.
        """
        now = clock.now()
        with self._changing():
            mine = [token for token in self._tokens if token.name == name and token.valid(now)]
            if not mine:
                raise self._unknown(name)
            newest = max(mine, key=lambda token: token.created)
            until = _iso(now + datetime.timedelta(hours=grace_hours))
            ending = msgspec.structs.replace(newest, expires=min(until, newest.expires or until))
            others = tuple(token for token in self._tokens if token.name != name)
            presented, made = _made(name, newest.scopes, now)
            self._write((*others, ending, made))
        return presented

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the file and know what others wrote to it meanwhile: a token that was taken back must not come back.

        Raises:
            StillwatchError: another process holds it, or it cannot be read or written.
        """
        try:
            with hold(self.path.with_name(f"{self.path.name}.lock")):
                self.refresh()
                yield
        except Held as found:
            raise StillwatchError(
                f"another process changes the token file (process {found.other})",
                code="SW-NODE-18",
                where=str(self.path),
                hint="try again when it has ended",
            ) from None
        except OSError as error:
            raise StillwatchError(
                f"the token file cannot be written: {error.strerror or error}",
                code="SW-NODE-19",
                where=str(self.path),
                hint="nothing was changed; see that this user may write to its folder and that the disk has space",
                exit_code=ExitCode.UNREADABLE,
            ) from error

    def _unknown(self, name: str) -> StillwatchError:
        names = sorted({token.name for token in self._tokens})
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names) or 'none'}"
        return StillwatchError(
            f"there is no valid token called {name}", code="SW-NODE-12", where=str(self.path), hint=hint
        )

    def _write(self, tokens: tuple[Token, ...]) -> None:
        with replacing(self.path) as file:
            file.write(msgspec.json.format(msgspec.json.encode(tokens), indent=1) + b"\n")
        self.refresh()


def _made(
    name: str, scopes: Iterable[Right], now: datetime.datetime, expires: str | None = None
) -> tuple[str, Token]:
    """A new token, and what is kept of it."""
    presented = _PREFIX + secrets.token_urlsafe(32)
    kept = Token(
        name=name,
        digest=_digest(presented),
        scopes=tuple(sorted(set(scopes))),
        created=_iso(now),
        expires=expires,
    )
    return presented, kept


def _digest(presented: str) -> str:
    return blake3(presented.encode()).hexdigest()


def _iso(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds")
