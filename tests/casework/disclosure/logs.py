"""Logs of a campaign and of other customers, the lab they lie in, and ports that are the real ones."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson
from blake3 import blake3
from tests.casework.campaigns import BEGIN, names

from stillwatch.casework.disclosure.model import BlindAnswer, Ports
from stillwatch.core.indicator import DetectorRef, Indicator
from stillwatch.detection.replay.code_versions import detector_code
from stillwatch.sharing.gate import Gate, GatePolicy, Situation
from stillwatch.sharing.matching.minhash import Hasher, shingles
from stillwatch.sharing.matching.template import Derived, TemplateFinder
from stillwatch.sharing.preview import preview
from stillwatch.sharing.stix import to_stix

AUTHOR = "identity--11111111-1111-4111-8111-111111111111"
TODAY = datetime.date(2026, 3, 10)
EACH = 20
SECRET = "Who repairs the copper kettle of acct"
SUBJECTS = (
    "tides",
    "glaciers",
    "enzymes",
    "bridges",
    "orbits",
    "guilds",
    "rivers",
    "alloys",
    "spores",
    "dunes",
)


def prompt(account: str, k: int) -> str:
    """One template around a payload, so that all prompts of the campaign are alike and none is another."""
    subject = SUBJECTS[(int(account[-2:]) + 3 * k) % len(SUBJECTS)]
    return (
        f"You are a careful examiner. Work through the question below step by step, write down every intermediate "
        f"thought before the final line, then give the answer alone. Question: what is known of {subject} {k}? {SECRET}"
    )


def line(account: str, k: int, moment: datetime.datetime, text: str, **more: Any) -> bytes:
    """A canonical line."""
    record = {
        "ts": moment.isoformat().replace("+00:00", "Z"),
        "request_id": f"{account}-{k}",
        "account_id": account,
        "model": "m",
        "messages": [{"role": "user", "content": text}],
    }
    return orjson.dumps(record | more, option=orjson.OPT_APPEND_NEWLINE)


def campaign_lines(
    accounts: Iterable[str], *, asn: int = 64500, payment: str = "fp-shared-instrument-001", **more: Any
) -> list[bytes]:
    """What the campaign's accounts sent, around the clock."""
    return [
        line(
            account,
            k,
            BEGIN + datetime.timedelta(hours=(2.3 * k + place) % 47),
            prompt(account, k),
            asn=asn,
            country="US",
            user_agent="OpenAI/Python 1.61.0",
            payment_fingerprint=payment,
            **more,
        )
        for place, account in enumerate(accounts)
        for k in range(EACH)
    ]


def other_lines(count: int = 60) -> list[bytes]:
    """What other customers sent: their own words, other networks, the same country."""
    return [
        line(
            f"other-{who:03d}",
            k,
            BEGIN + datetime.timedelta(hours=9 + 5 * k),
            f"please help with letter number {who} about item {k * who}",
            asn=64501 + who % 7,
            country="US",
            user_agent="Mozilla/5.0",
            payment_fingerprint=f"fp-of-customer-{who:04d}",
        )
        for who in range(count)
        for k in range(5)
    ]


def written(folder: Path, lines: Sequence[bytes]) -> Path:
    """Log lines as a file."""
    place = folder / "gateway.jsonl"
    place.write_bytes(b"".join(lines))
    return place


class Signatures:
    """The real template finder, under a key of the tests."""

    def __init__(self, least: int = 10) -> None:
        self._finder = TemplateFinder("e3", Hasher(b"f" * 32), least_accounts=least)

    def prompt(self, account: str, text: str) -> bool:
        return self._finder.add(account, shingles(text))

    def other(self, account: str, text: str) -> None:
        self._finder.add_other(account, shingles(text))

    def found(self) -> list[Derived]:
        return self._finder.found()


def blind(what: str, values: Sequence[str]) -> BlindAnswer:
    """Blinded values as a key service would return them: of the right form, different for each."""
    tokens = {
        value: f"e3:{what}:{blake3(value.encode()).hexdigest()}" for value in values if what == "payment"
    }
    return BlindAnswer(tokens, {value: "lists name it" for value in values if value not in tokens})


def real_gate(today: datetime.date = TODAY, **registers: Any) -> Gate:
    """The gate with this program's detectors registered."""
    own = [DetectorRef(name, "0.1.0", digest) for name, digest in detector_code().items()]
    return Gate(GatePolicy.shipped().with_registers(**({"detectors": own} | registers)))


def ports(*, key_service: bool = True, gate: Gate | None = None, least: int = 10) -> Ports:
    """The real gate and the real writing of STIX."""
    used = gate or real_gate()

    def check(indicator: Indicator) -> Any:
        return used.check(to_stix(indicator, author=AUTHOR, day=TODAY), Situation(TODAY, AUTHOR)).refusals

    def envelope(indicators: Sequence[Indicator], day: datetime.date) -> bytes:
        return preview(to_stix(each, author=AUTHOR, day=day) for each in indicators)

    if not key_service:
        return Ports(check, envelope, least_accounts=least)
    return Ports(check, envelope, Signatures(least), blind, least)


MEMBERS = names(1, 24)
