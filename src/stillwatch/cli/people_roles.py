"""The option that names roles, shared by the commands about people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)
ROLES = ("analyst", "reviewer", "counsel", "auditor", "administrator", "service")


def roles_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--role``, needed at least once, passed as ``roles``."""
    return click.option(
        "--role",
        "roles",
        type=click.Choice(ROLES),
        multiple=True,
        required=True,
        help="What they are; may be given more than once.",
    )(decorated)
