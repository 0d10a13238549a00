"""Registered permissions, apps among them."""

from __future__ import annotations

from fuzz.files import through_file
from stillwatch.casework.authorisations.form import read_file
from stillwatch.traffic.pseudonyms import Pseudonymiser

DESCRIPTION = "authorisations and apps"


_PSEUDONYMS = Pseudonymiser(bytes(32))


def attempt(data: bytes) -> None:
    """A file of authorisations is taken as it is, or refused whole."""
    through_file(lambda path: read_file(path, _PSEUDONYMS), data, "authorisations.toml")
