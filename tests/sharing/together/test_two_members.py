"""What two labs, a hub, a key service and an agency do together, on the command line and over loopback."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import uuid
from pathlib import Path
from typing import Any

import pytest
import taxii2client.v21 as taxii
from taxii2client.common import TokenAuth
from taxii2client.exceptions import AccessError
from tests.hub.running import PUBLISHED

from stillwatch import __version__, clock
from stillwatch.casework.outbox.model import Item, ItemKind
from stillwatch.casework.outbox.store import Outbox
from stillwatch.casework.records import open_records
from stillwatch.cli.intel_matching import read_keyservice
from stillwatch.core.indicator import CountClass, DetectorRef, Indicator, IndicatorKind, Marking
from stillwatch.core.names import new_id
from stillwatch.core.weeks import valid_until, week_of
from stillwatch.detection.replay.code_versions import detector_code
from stillwatch.sharing.matching.blinder import Blinder, Identifier
from stillwatch.sharing.matching.cache import Cache
from stillwatch.sharing.matching.key_client import KeyClient
from stillwatch.sharing.matching.minhash import shingles
from stillwatch.sharing.matching.template import TemplateFinder
from stillwatch.sharing.matching.values import What

FRAME = (
    "You are an expert tutor for olympiad problems. Solve the following problem and show every step of your reasoning in "
    "full before you answer, then grade your own answer by the rubric below and return it as JSON with the keys steps, "
    "answer and grade. The problem is about {subject} number {number}."
)
CARD = "par_5f1c7e90ab34d2687c1e44a0b9d3f8e6"
SUBJECTS = ("rivers", "prime numbers", "falling stones", "melting ice", "railway timetables", "bee hives")


def prompt(number: int) -> str:
    return FRAME.format(subject=SUBJECTS[number % len(SUBJECTS)], number=number)


def exchange(account: str, number: int, text: str, **more: Any) -> dict[str, Any]:
    return {
        "ts": f"2026-11-{20 + number % 5:02d}T{number % 24:02d}:{number % 60:02d}:00Z",
        "request_id": f"req-{account}-{number}",
        "account_id": account,
        "model": "big-1",
        "messages": [{"role": "user", "content": text}],
    } | more


def logs(path: Path) -> Path:
    """Twelve accounts of the campaign, two of them with the known means of payment, and forty customers."""
    lines = [
        exchange(
            f"hired-{k}",
            20 * k + n,
            prompt(20 * k + n),
            payment_fingerprint=CARD if k < 2 else f"par_{k:032x}",
        )
        for k in range(12)
        for n in range(5)
    ]
    lines += [
        exchange(
            f"customer-{k}",
            n,
            f"please help me to write a kind letter to my neighbour about the hedge, the {n}th one, for {SUBJECTS[k % 6]}",
            payment_fingerprint=f"par_{1000 + k:032x}",
        )
        for k in range(40)
        for n in range(4)
    ]
    path.write_text("".join(json.dumps(each) + "\n" for each in lines))
    return path


def found_at_a(lab) -> list[Indicator]:
    """What lab A's disclosure would turn its case into: the template, the means of payment, a network."""
    service = read_keyservice(lab.folder / "stillwatch-node" / "keyservice.toml")
    with Cache(service.cache) as cache:
        blinder = Blinder(KeyClient(service.address), service.signer, cache, clock.now)
        epoch, hasher = blinder.hasher()
        finder = TemplateFinder(epoch, hasher, least_accounts=10)
        for number in range(60):
            finder.add(f"elsewhere-{number % 12}", shingles(prompt(1000 + number)))
        (outcome,) = blinder.blind([Identifier(What.PAYMENT, CARD)], epoch)
    (template,) = finder.found()
    return [
        indicator(IndicatorKind.TEMPLATE, str(template.template)),
        indicator(IndicatorKind.BLINDED, str(outcome.blinded)),
        indicator(IndicatorKind.NETWORK, "AS64500"),
    ]


def indicator(kind: IndicatorKind, value: str) -> Indicator:
    name, digest = next(iter(detector_code().items()))
    week = week_of(clock.now())
    return Indicator(
        indicator_id=f"indicator--{uuid.uuid4()}",
        kind=kind,
        value=value,
        techniques=("AML.T0024.002",),
        accounts=CountClass.TENS,
        first_week=week,
        last_week=week,
        detectors=(DetectorRef(name, __version__, digest),),
        confidence=80,
        marking=Marking.AMBER,
        valid_until=valid_until(week),
    )


def approved(lab, indicators: list[Indicator]) -> None:
    """Put in the outbox what an approved disclosure would put there."""
    with open_records(lab.folder / "stillwatch-node" / "cases.sqlite", None) as records:
        now = clock.now()
        items = [
            Item(
                new_id("out", now.timestamp()),
                ItemKind.PUBLISH,
                "case-1",
                "dis-1",
                each,
                now.isoformat(),
                "analyst-1",
            )
            for each in indicators
        ]
        with records.database.write() as connection:
            Outbox(records.database).put(connection, items)


def test_from_one_labs_case_to_the_others_evidence_and_back_again(forum, tmp_path):
    a, b = forum.a, forum.b
    shared = found_at_a(a)
    approved(a, shared)

    envelope = a.run("share", "preview").encode()
    assert json.loads(envelope)["objects"][0]["id"] in {each.indicator_id for each in shared}
    assert CARD.encode() not in envelope
    assert a.json("share", "publish")["counts"] == {"queued": 0, "accepted": 3, "refused": 0}
    assert a.json("share", "publish")["items"] == [], "nothing is sent a second time"

    pulled = b.json("intel", "pull")
    assert (pulled["new"], pulled["refused"]) == (3, [])
    assert b.json("intel", "pull")["new"] == 0
    assert a.json("intel", "pull")["new"] == 0, "one's own word does not come back as evidence"
    known = {row["kind"]: row for row in b.json("intel", "list")}
    assert {row["signature"] for row in known.values()} == {"verified"}
    assert {row["reporter"] for row in known.values()} == {a.identity}
    assert set(known) == {"template", "blinded", "network"}
    assert not {row["id"] for row in known.values()} & {each.indicator_id for each in shared}, (
        "the hub gave other ids"
    )

    keyservice = b.folder / "stillwatch-node" / "keyservice.toml"
    met = b.json("intel", "match", logs(tmp_path / "b.jsonl"), "--keyservice", keyservice)
    bearers = {m["value"] for m in met["matches"] if m["indicator_id"] == known["template"]["id"]}
    assert bearers == {f"hired-{k}" for k in range(12)}, "and none of the customers"
    (card,) = [m for m in met["matches"] if m["indicator_id"] == known["blinded"]["id"]]
    assert card["pivot"] == "payment"
    assert CARD not in json.dumps(met)
    forum.keys.stop()
    again = b.json("intel", "match", tmp_path / "b.jsonl", "--keyservice", keyservice)
    assert len(again["matches"]) == len(met["matches"]), "what was blinded before needs no key service"

    template = known["template"]["id"]
    b.run(
        "intel", "sighting", template, "seen", "--accounts", 12, "--reason", "in case 3", "--by", "analyst-1"
    )
    assert {row["kind"]: row["weight"] for row in b.json("intel", "list")}["network"] > 0.5, (
        "A proved right once"
    )
    assert b.json("share", "publish")["counts"]["accepted"] == 1
    assert a.json("intel", "pull")["sightings"] == 1

    a.run("share", "retract", template, "--reason", "it was an app", "--by", "analyst-1")
    (row,) = [each for each in a.json("share", "status") if each["kind"] == "retract"]
    assert (row["acknowledged"], row["pending"]) == ([], ["lab-b"])
    assert b.json("intel", "pull")["revoked"] == [template]
    (row,) = [each for each in a.json("share", "status") if each["kind"] == "retract"]
    assert (row["state"], row["acknowledged"], row["pending"]) == ("acknowledged", ["lab-b"], [])
    (gone,) = [each for each in b.json("intel", "list", "--all") if each["id"] == template]
    assert (gone["state"], gone["counts"]) == ("taken back", 0.0)


def test_weeks_without_the_hub_lose_nothing_and_send_nothing_twice(forum):
    a, b = forum.a, forum.b
    approved(a, [indicator(IndicatorKind.NETWORK, f"AS{64496 + k}") for k in range(3)])
    forum.hub.stop()
    a.run("share", "publish", expect=5)
    b.run("intel", "pull", expect=5)
    waiting = [each for each in a.json("share", "status", "--offline") if each["state"] == "waiting"]
    assert [each["state"] for each in waiting] == ["waiting"] * 3
    assert all("does not answer" in each["trouble"] for each in waiting)
    forum.hub.start()
    assert a.json("share", "publish")["counts"]["accepted"] == 3
    assert b.json("intel", "pull")["new"] == 3

    _forget_answers(a.folder / "stillwatch-node", [each["item"] for each in waiting])
    assert a.json("share", "publish")["counts"]["accepted"] == 3
    assert b.json("intel", "pull")["new"] == 0, "the hub knows an object that it has"


def _forget_answers(node: Path, items: list[str]) -> None:
    """As if the hub had taken these and its answer had been lost on the way."""
    for name, change in (
        ("sharing.sqlite", "UPDATE shipments SET state = 'queued', hub_id = NULL WHERE item_id = ?"),
        ("cases.sqlite", "UPDATE outbox SET state = 'sending', hub_id = '' WHERE item_id = ?"),
    ):
        with contextlib.closing(sqlite3.connect(node / name)) as connection:
            for item in items:
                assert connection.execute(change, (item,)).rowcount == 1
            connection.commit()


def test_what_the_gate_refuses_never_leaves(forum):
    a = forum.a
    secretly = indicator(IndicatorKind.TEMPLATE, "e1:" + "41" * 256)
    approved(a, [secretly])
    status, _, err = a.call("share", "preview")
    assert status == 4
    assert "opaque-values" in err
    answer = json.loads(a.run("share", "publish", "--json", expect=4))
    assert answer["counts"] == {"queued": 0, "accepted": 0, "refused": 1}
    assert answer["items"][0]["why"].startswith("not sent: ")
    assert forum.b.json("intel", "pull")["new"] == 0


def test_a_notification_takes_two_people_and_only_the_agency_reads_it(forum):
    a, b = forum.a, forum.b
    a.run("notify", "draft", "--agency", "the agency", "--submitter", "lab-a", "--out", "n.toml")
    draft = a.folder / "n.toml"
    text = draft.read_text()
    for name, value in (("first_seen", "2026-11-02"), ("last_seen", "2026-11-09"), ("accounts", "214")):
        text = text.replace(
            next(line for line in text.splitlines() if line.startswith(f"# {name} ")), f"{name} = {value}"
        )
    draft.write_text(text)
    a.run("notify", "preview", "n.toml", "--out", "shown")
    page = (a.folder / "shown" / "report.html").read_text()
    assert page.count("Not known") >= 6
    assert "lab-a" not in page, "the submitter did not consent"

    name = a.run("notify", "approve", "n.toml", "--by", "analyst-1").strip()
    a.run("notify", "send", name, "--by", "analyst-1", expect=2)
    status, _, err = a.call("notify", "approve", name, "--by", "analyst-1")
    assert status == 2
    assert "nobody approves their own act" in err
    a.run("notify", "approve", name, "--by", "reviewer-1")
    a.run("notify", "send", name, "--by", "analyst-1", expect=2)
    a.run("notify", "approve", name, "--by", "counsel-1")
    a.run("notify", "send", name, "--by", "analyst-1", "--out", "handed-over")
    assert "Approved by reviewer and counsel" in (a.folder / "handed-over" / "report.html").read_text()
    a.run("notify", "send", name, "--by", "analyst-1", "--out", "handed-over")

    objects = government(forum, forum.agency_token).get_objects()["objects"]
    sent = sorted({each["type"] for each in objects} - PUBLISHED)
    assert sent == ["campaign", "relationship"]
    (campaign,) = [each for each in objects if each["type"] == "campaign"]
    assert len([each for each in objects if each["type"] == "campaign"]) == 1, "sent twice, stored once"
    assert campaign["created_by_ref"] != ""
    status, _, _ = b.call("intel", "pull")
    assert status == 0
    assert all(each["kind"] != "campaign" for each in b.json("intel", "list"))
    token = (b.folder / "stillwatch-node" / "hub.token").read_text()
    with pytest.raises(AccessError):
        government(forum, token).get_objects()

    a.run("notify", "acknowledge", name, "--words", "number 2026-118", "--by", "analyst-1")
    (notice,) = a.json("notify", "status", name)
    assert notice["state"] == "acknowledged"
    assert [step["what"] for step in notice["trail"]] == [
        "asked",
        "approved",
        "approved",
        "sent",
        "sent",
        "acknowledged",
    ]

    request = a.run(
        "notify", "requests", "add", "--agency", "the agency", "--reference", "2026-119", "--about",
        "which techniques were seen", "--due", "2026-12-15", "--by", "counsel-1",
    ).strip()  # fmt: skip
    assert [each["request_id"] for each in a.json("notify", "requests", "list")] == [request]
    a.run("notify", "requests", "settle", request, "--answer", name, "--by", "counsel-1")
    assert a.json("notify", "requests", "list") == []


class Bearer(TokenAuth):
    """A token as RFC 6750 sends it; the client's own class says "Token"."""

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self.key}"
        return request


def government(forum, token: str) -> taxii.Collection:
    """The government collection, as a TAXII client of somebody else's making finds it."""
    root = taxii.ApiRoot(forum.root, auth=Bearer(token))
    return next(each for each in root.collections if each.title == "Notifications to the government")
