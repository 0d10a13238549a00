"""Small traffic of an authorisation's holder and of others, put together by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tests.detection.worlds import BEGIN_US, DAY_US, planted

from stillwatch.core.authorisation import Authorisation, AuthorisationKind
from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.frame import Frame

EXCHANGES_A_DAY = 6


def us(days: float) -> int:
    """So many days after the traffic begins."""
    return int(BEGIN_US + days * DAY_US)


def partner(**more: Any) -> Authorisation:
    """An authorisation to distil that never ends, unless said otherwise."""
    usual = {
        "authorisation_id": "example-lab",
        "kind": AuthorisationKind.DISTILLATION,
        "name": "Example Lab",
        "owner": "partnerships",
        "agreement": "MSA-14",
        "since_us": 0,
        "until_us": us(3650),
    }
    return Authorisation(**(usual | more))


def traffic(accounts: Sequence[str], *, hours: float = 0.1, **columns: Sequence[Any]) -> Frame:
    """An exchange of each of these accounts, one every so many hours."""
    return planted([(name, []) for name in accounts], hours=hours, columns=columns)


def candidate(frame: Frame, **more: Any) -> Snapshot:
    """All exchanges of a frame as one candidate of which all accounts are members."""
    usual = {
        "track": 0,
        "checkpoint": 0,
        "rows": np.arange(frame.size),
        "accounts": np.unique(frame.account),
        "site_accounts": 1000,
        "grams": 30,
        "earlier": float("nan"),
        "members": np.unique(frame.account),
        "near": np.zeros(0, dtype=np.int32),
        "kindred": np.unique(frame.account),
        "again": np.unique(frame.account),
        "wording": 0.95,
        "own_topics": 1.0,
    }
    return Snapshot(**(usual | more))
