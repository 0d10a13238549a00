"""What the serving process asks of its worker; apart from the worker, so that serving loads nothing that judges."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Orders:
    """What the serving process wants.

    Attributes:
        folder: the node's.
        config: settings file, if one was named.
        baseline: folder of a store with earlier traffic.
        authorisations: where registered authorisations stand: TOML files, casework databases.
        places_believed: an edge of the operator's own wrote country and system into the traffic.
        intel: database of what other members reported.
        every_s: seconds from one look's beginning to the next one's.
        target_s: how long a look should take.
    """

    folder: str
    config: str | None = None
    baseline: str | None = None
    authorisations: tuple[str, ...] = ()
    places_believed: bool = False
    intel: str | None = None
    every_s: float = 12.0
    target_s: float = 7.0
