"""STIX objects that the gate lets pass, as a member's client would make them."""

from __future__ import annotations

import dataclasses
import datetime
import secrets
import uuid
from typing import Any

from tests.hub.running import DETECTOR, Party

from stillwatch.core.indicator import CountClass, Indicator, IndicatorKind, Marking, Sighting, SightingKind
from stillwatch.core.shared_campaign import SharedCampaign, SharedLink
from stillwatch.sharing.stix import to_stix


def today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def monday(weeks_ago: int = 1) -> datetime.date:
    return today() - datetime.timedelta(days=today().weekday() + 7 * weeks_ago)


def new_id(kind: str) -> str:
    return f"{kind}--{uuid.uuid4()}"


def indicator(by: Party, **changes: Any) -> dict[str, Any]:
    """An indicator of a blinded identifier that nobody else has."""
    made = Indicator(
        new_id("indicator"),
        IndicatorKind.BLINDED,
        f"e1:payment:{secrets.token_hex(32)}",
        ("AML.T0024.002",),
        CountClass.HUNDREDS,
        monday(3).isoformat(),
        monday(1).isoformat(),
        (DETECTOR,),
        70,
        Marking.AMBER,
        (monday(1) + datetime.timedelta(days=35)).isoformat(),
    )
    return to_stix(dataclasses.replace(made, **changes), author=by.identity)


def sighting(by: Party, of: str, kind: SightingKind = SightingKind.FALSE_POSITIVE) -> dict[str, Any]:
    """A sighting of an object of the hub's."""
    accounts = CountClass.TENS if kind is SightingKind.SEEN else None
    made = Sighting(new_id("sighting"), of, kind, monday(1).isoformat(), accounts, Marking.AMBER)
    return to_stix(made, author=by.identity)


def campaign(by: Party) -> dict[str, Any]:
    made = SharedCampaign(
        new_id("campaign"),
        ("AML.T0024.002",),
        CountClass.HUNDREDS,
        monday(3).isoformat(),
        monday(1).isoformat(),
        70,
        Marking.AMBER,
    )
    return to_stix(made, author=by.identity)


def link(by: Party, source: str, target: str) -> dict[str, Any]:
    made = SharedLink(new_id("relationship"), source, "indicates", target, Marking.AMBER)
    return to_stix(made, author=by.identity)


def later(obj: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The next version of an object."""
    moment = datetime.datetime.fromisoformat(obj["modified"]) + datetime.timedelta(milliseconds=1)
    return (
        obj
        | {"modified": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"}
        | changes
    )
