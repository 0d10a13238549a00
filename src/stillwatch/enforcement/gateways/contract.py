"""What a gateway is to Stillwatch: which actions it can carry out, which files it needs, and how it takes them up."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from stillwatch.core.decision import Action, Scope
    from stillwatch.enforcement.gateways.site import Site
    from stillwatch.enforcement.gateways.winners import Row
    from stillwatch.enforcement.snapshot import Snapshot


Value: TypeAlias = "tuple[Scope, str]"
"""What a decision is about."""


@dataclasses.dataclass(frozen=True, slots=True)
class Abilities:
    """What a gateway can do by itself.

    Attributes:
        actions: how each action is carried out, in words; an action that is missing cannot be.
        limits: the fields of ``Limits`` it carries out; the others reach the inference server as headers.
        scopes: what its decisions may be about.
    """

    actions: Mapping[Action, str]
    limits: frozenset[str]
    scopes: frozenset[Scope]


class Gateway(Protocol):
    """One kind of gateway, in one file."""

    name: str
    title: str
    can: Abilities
    only_forbids: bool
    """Whether the only refusal it understands from a sub-request is 403."""
    pushes: bool
    """Whether tables are pushed into the running gateway; else a reload makes it read them."""
    renames_headers: bool
    """Whether its sub-requests say whose request it is in ``X-Stillwatch-…`` headers, not in the client's own."""

    def render(self, site: Site) -> dict[str, str]:
        """The files of configuration by name, which depend on the site alone."""
        ...

    def tables(self, site: Site, snapshot: Snapshot, now: float) -> dict[str, str]:
        """The files that hold decisions, by name: what the gateway acts on while nobody answers it."""
        ...

    def holds(self, value: str) -> bool:
        """Whether its tables can name a value; one that they cannot is left out, and said so."""
        ...

    def check(self, site: Site) -> Sequence[str]:
        """The command that tells whether the gateway would take the configuration; empty where there is none."""
        ...

    def reload(self, site: Site) -> Sequence[str]:
        """The command that makes it take up changed files; empty where none is needed."""
        ...

    def push(self, site: Site, tables: dict[str, str]) -> None:
        """Bring the running gateway up to these tables without a reload; called where it ``pushes``.

        Raises:
            StillwatchError: the gateway does not answer, or refuses.
        """
        ...

    def instance(self, site: Site) -> str:
        """Names the running process of a gateway that ``pushes``: another one has to be pushed everything.

        Raises:
            StillwatchError: the gateway does not answer, or refuses.
        """
        ...

    def push_rows(self, site: Site, rows: Mapping[Value, Row | None]) -> None:
        """Bring single values of the running gateway up to date; None where no decision is about one any more.

        Raises:
            StillwatchError: the gateway does not answer, or refuses.
        """
        ...


class Defaults:
    """What holds for a gateway unless it says otherwise: no tables, nothing to check, nothing to reload."""

    only_forbids = False
    pushes = False
    renames_headers = True

    def tables(self, site: Site, snapshot: Snapshot, now: float) -> dict[str, str]:  # noqa: ARG002 - the contract's
        """None: whoever answers the gateway's questions has the decisions."""
        return {}

    def holds(self, value: str) -> bool:  # noqa: ARG002 - the contract's
        """Every value."""
        return True

    def check(self, site: Site) -> Sequence[str]:  # noqa: ARG002 - the contract's
        """None."""
        return ()

    def reload(self, site: Site) -> Sequence[str]:  # noqa: ARG002 - the contract's
        """None."""
        return ()

    def push(self, site: Site, tables: dict[str, str]) -> None:
        """Nothing: there is no such way."""

    def instance(self, site: Site) -> str:  # noqa: ARG002 - the contract's
        """None that would matter."""
        return ""

    def push_rows(self, site: Site, rows: Mapping[Value, Row | None]) -> None:
        """Nothing: there is no such way."""
