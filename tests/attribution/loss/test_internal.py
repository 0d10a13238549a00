"""A loss estimate never leaves the lab: the real gate refuses it, the client sends none of it, the hub takes none."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.hub.running import DETECTOR, ROOT, Hub
from tests.hub.stix import indicator

from stillwatch.reporting.loss_report.figures import as_json
from stillwatch.sharing.client.journal import Journal, ShipmentState
from stillwatch.sharing.client.membership import Membership
from stillwatch.sharing.client.publish import ADVISORIES, INDICATORS, Parcel, publish
from stillwatch.sharing.client.transport import HubConnection
from stillwatch.sharing.gate import Gate, GatePolicy, Situation
from stillwatch.storage.received.store import open_sharing


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    running = Hub(tmp_path_factory.mktemp("hub") / "hub")
    running.admit("lab-1", requests_per_minute=100_000)
    running.start()
    yield running
    running.stop()


def gate() -> Gate:
    return Gate(GatePolicy.shipped().with_registers(detectors=[DETECTOR]))


def disguises(told: dict, honest: dict) -> dict[str, dict]:
    """The estimate as it is, and in everything that a hub might be given it as."""
    amount = told["total"]["median"]
    common = {
        "spec_version": "2.1",
        "created": honest["created"],
        "modified": honest["modified"],
        "created_by_ref": honest["created_by_ref"],
    }
    made = {
        "as it is": told,
        "typed": {"type": "x-loss", "id": f"x-loss--{uuid.uuid4()}", **common, **told},
        "a note": {
            "type": "note",
            "id": f"note--{uuid.uuid4()}",
            **common,
            "content": json.dumps(told["total"]),
            "object_refs": [honest["id"]],
        },
        "a report": {
            "type": "report",
            "id": f"report--{uuid.uuid4()}",
            **common,
            "name": "loss",
            "description": f"it cost {amount} USD",
            "published": honest["created"],
            "object_refs": [honest["id"]],
        },
        "beside an honest indicator": honest | {"x_loss": told["total"]},
        "as its description": honest | {"description": f"lost {amount:.0f} USD"},
        "in its extension": honest
        | {"extensions": {key: value | {"loss": amount} for key, value in honest["extensions"].items()}},
        "as its confidence": honest | {"confidence": int(amount) % 100 // 10 * 10 + 3},
        "in a bundle": {"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "objects": [told]},
    }
    return {name: json.loads(json.dumps(each)) for name, each in made.items()}


@pytest.fixture
def told(found) -> dict:
    return json.loads(json.dumps(as_json(found)))


def test_the_estimate_says_first_that_it_is_internal(told):
    assert next(iter(told)) == "marking"
    assert told["marking"] == "INTERNAL"
    assert "does not leave the lab" in told["handling"]


def test_the_gate_refuses_it_in_every_disguise_and_quotes_no_figure(told, hub):
    honest = indicator(hub.members["lab-1"])
    now = Situation.now(hub.members["lab-1"].identity)
    assert gate().check(honest, now).passed, "or the refusals below would say nothing"
    for name, obj in disguises(told, honest).items():
        answer = gate().check(obj, now)
        assert not answer.passed, name
        assert answer.refusals, name
        assert f"{told['total']['median']:.0f}" not in " ".join(each.sentence for each in answer.refusals), (
            name
        )


def membership(hub: Hub, folder: Path) -> Membership:
    party = hub.members["lab-1"]
    for name, content in (
        ("token", party.token.encode()),
        ("key", party.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
    ):
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(content)
    return Membership(
        "forum",
        f"{hub.url}{ROOT}",
        party.identity,
        folder / "token",
        folder / "key",
        log_key=hub.log_key,
    )


class Watched(HubConnection):
    """The real connection, and what went through it."""

    def __init__(self, membership: Membership) -> None:
        super().__init__(membership)
        self.sent: list[bytes] = []

    def post(self, path: str, body: bytes, **more: str):
        self.sent.append(body)
        return super().post(path, body, **more)


def test_the_clients_way_to_the_hub_sends_the_honest_indicator_and_nothing_of_the_estimate(
    told, hub, tmp_path
):
    honest = indicator(hub.members["lab-1"])
    party = hub.members["lab-1"]
    objects = disguises(told, honest)
    parcels = [
        Parcel(
            name,
            obj | {"id": obj.get("id", f"x-loss--{uuid.uuid4()}")},
            ADVISORIES if "report" in name else INDICATORS,
        )
        for name, obj in objects.items()
    ]
    database = open_sharing(str(tmp_path / "intel.sqlite"))
    connection = Watched(membership(hub, tmp_path))
    sent = publish(
        [*parcels, Parcel("honest", honest, INDICATORS)],
        Journal(database, "forum"),
        connection,
        gate(),
        Situation.now(party.identity),
    )
    database.close()
    states = {each.item_id: each.state for each in sent.shipments}
    assert states.pop("honest") is ShipmentState.ACCEPTED
    assert set(states.values()) == {ShipmentState.REFUSED}
    assert len(connection.sent) == 1
    assert b"loss" not in connection.sent[0]
    assert str(told["total"]["median"]).encode() not in connection.sent[0]


def test_a_client_without_a_gate_gets_none_of_it_past_the_hubs(told, hub):
    honest = indicator(hub.members["lab-1"])
    for name, obj in disguises(told, honest).items():
        answer = hub.post("lab-1", [obj])
        assert answer.status_code in (202, 422), (name, answer.text)
        assert answer.json().get("success_count", 0) == 0, name
    kept = b"".join(path.read_bytes() for path in hub.folder.path.rglob("*") if path.is_file())
    assert b"displaced_revenue" not in kept
    assert str(told["total"]["median"]).encode() not in kept
