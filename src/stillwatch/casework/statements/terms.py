"""What the operator says in every statement: the ground in law and terms, the ways to object, how to have one's data.

Read from a TOML file, because no program can know a lab's terms. A statement is refused without it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from stillwatch.errors import ExitCode, StillwatchError


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the account holder's conduct is said to break.

    Attributes:
        terms: the clause, such as "Terms of service, section 3.2".
        why: what the clause forbids and how that fits, in words for whoever reads it.
        law: the ground in law, where there is one; empty for none.
    """

    terms: str
    why: str
    law: str = ""


class Redress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to object.

    Attributes:
        appeal: where an appeal is filed.
        days: within how many days it is answered.
        body: an out-of-court settlement body; empty where none is open.
        court: which courts; empty leaves them out.
    """

    appeal: str
    days: int
    body: str = ""
    court: str = ""


class Export(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an account holder has their data before an account is closed.

    Attributes:
        how: where, in words or as an address.
        days: for how long after the measure.
    """

    how: str
    days: int


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operator's part of a statement.

    Attributes:
        provider: who speaks.
        territory: where measures hold.
    """

    provider: str
    ground: Ground
    redress: Redress
    export: Export
    territory: str = "everywhere the service is offered"


def read_terms(path: Path) -> Terms:
    """The operator's part, from a file.

    Raises:
        StillwatchError: SW-APL-30, it cannot be read, or something is missing or of the wrong kind.
    """
    try:
        terms = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Terms)
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, getattr(error, "strerror", None) or "it is no text") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise _unusable(path, str(error)) from error
    blank = [name for name, said in _needed(terms).items() if not said.strip()]
    if blank or terms.redress.days < 1 or terms.export.days < 1:
        raise _unusable(path, f"`{blank[0]}` is empty" if blank else "`days` has to be at least 1")
    return terms


def _needed(terms: Terms) -> dict[str, str]:
    return {
        "provider": terms.provider,
        "territory": terms.territory,
        "ground.terms": terms.ground.terms,
        "ground.why": terms.ground.why,
        "redress.appeal": terms.redress.appeal,
        "export.how": terms.export.how,
    }


def _unusable(path: Path, why: str) -> StillwatchError:
    return StillwatchError(
        f"the terms for statements of reasons cannot be used: {why}",
        code="SW-APL-30",
        where=str(path),
        hint="docs/how-to/handle-appeals.md has a file to begin with",
        exit_code=ExitCode.UNREADABLE,
    )
