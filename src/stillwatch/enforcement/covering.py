"""What an id may name, and the decisions that cover it in any of these readings."""

from __future__ import annotations

import re

from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.networks import address_bits


def readings(id_: str) -> list[Subject]:
    """Everything that an id can be besides an account: an organisation, a key, an address, a system, a country."""
    found = [Subject("", organization=id_), Subject("", api_key=id_)]
    if address_bits(id_) is not None:
        found.append(Subject("", address=id_))
    if number := re.fullmatch(r"AS(\d{1,10})", id_, re.IGNORECASE):
        found.append(Subject("", asn=int(number[1])))
    if re.fullmatch(r"[A-Za-z]{2}", id_):
        found.append(Subject("", country=id_.upper()))
    return found
