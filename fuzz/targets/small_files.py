"""Files that people write by hand: settings, labels, terms, lists, bases, sites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fuzz.files import through_file
from stillwatch import settings
from stillwatch.attribution.keys.book import read_book
from stillwatch.attribution.loss.assumptions import read as read_assumptions
from stillwatch.attribution.plans.reading import read_draft
from stillwatch.attribution.tokenising import read_tokeniser
from stillwatch.casework.people.oidc_settings import read_oidc_settings
from stillwatch.casework.statements.terms import read_terms
from stillwatch.detection.labels import read_labels
from stillwatch.enforcement.gateways.site import load
from stillwatch.enforcement.organizations import Organizations
from stillwatch.logs.generic import load_map
from stillwatch.sharing.client.membership import read_membership
from stillwatch.sharing.gate import GatePolicy
from stillwatch.sharing.gate.bases import LegalBases
from stillwatch.sharing.trust.warninglists.reading import read_lists

DESCRIPTION = "settings and small files"


_KEY_MAP = "map.toml"
_READERS: tuple[tuple[str, Callable[[Path], Any]], ...] = (
    ("stillwatch.toml", lambda path: settings.load(path, environ={})),
    ("labels.csv", read_labels),
    ("terms.toml", read_terms),
    ("oidc.toml", read_oidc_settings),
    ("list.json", lambda path: read_lists([path])),
    ("gate.toml", GatePolicy.load),
    ("bases.toml", LegalBases.load),
    ("site.toml", lambda path: load(path, "nginx")),
    ("organizations.yaml", Organizations.load),
    ("assumptions.toml", read_assumptions),
    ("plan.toml", read_draft),
    ("keys.json", read_book),
    ("tokeniser.json", read_tokeniser),
    (_KEY_MAP, lambda path: load_map(str(path))),
    ("membership.toml", read_membership),
)


def attempt(data: bytes) -> None:
    """The first byte chooses which file it is."""
    name, read = _READERS[(data[0] if data else 0) % len(_READERS)]
    through_file(read, data[1:], name)
