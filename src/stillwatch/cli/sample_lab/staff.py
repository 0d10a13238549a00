"""Who works in the sample lab, and the tokens by which they log in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.casework.people import Role

if TYPE_CHECKING:
    from stillwatch.casework.people import People

STAFF: Final = {
    "administrator-1": {Role.ADMINISTRATOR},
    "analyst-1": {Role.ANALYST},
    "analyst-2": {Role.ANALYST},
    "reviewer-1": {Role.REVIEWER},
    "reviewer-2": {Role.REVIEWER},
    "counsel-1": {Role.COUNSEL},
    "auditor-1": {Role.AUDITOR},
    "support-desk": {Role.SERVICE},
}


def hire(people: People) -> None:
    """Let everybody in; the first adds themselves."""
    for name, roles in STAFF.items():
        people.add(name, roles, by="administrator-1")


def tokens(people: People) -> dict[str, str]:
    """A token for everybody who is a person; from now on nobody acts by name alone, so this comes last."""
    return {
        name: people.make_token(name, by="administrator-1")
        for name, roles in STAFF.items()
        if Role.SERVICE not in roles
    }
