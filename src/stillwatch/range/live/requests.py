"""A request on its way to the desk."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.range.schedule import Line


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        sender: number of the account that sends it.
        writer: number of the account whose stream writes it; another one where a colleague's key is used.
        line: when and what.
        number: of the exchange; below the plan's length for a planned one.
        tries: how often it was sent before.
    """

    sender: int
    writer: int
    line: Line
    number: int
    tries: int = 0
