"""A warninglist as it is used, wherever it was read from."""

from __future__ import annotations

import dataclasses
import datetime
import ipaddress
import re
from typing import Final

DOMAIN: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{2,63}", re.ASCII)
"""A domain in small letters, such as example.com."""

Prefix = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclasses.dataclass(frozen=True, slots=True)
class Warninglist:
    """One class of common values.

    Attributes:
        name: such as ``cloud``.
        about: one sentence for people.
        as_of: when the facts were taken.
        sources: where they can be checked.
        networks: autonomous systems by number, with the holder's name.
        prefixes: addresses, in CIDR form.
        domains: names; whatever ends in one of them counts.
    """

    name: str
    about: str
    as_of: datetime.date
    sources: tuple[str, ...]
    networks: dict[int, str]
    prefixes: tuple[Prefix, ...]
    domains: frozenset[str]
