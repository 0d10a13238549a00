"""A member's publishing as a program of its own, so that a test can kill it: ``python -m tests.faults.publisher``.

Arguments: the member's folder (written by `prepared`), the API root of the hub. Sends what the folder names, an
envelope for each object, and says a line for each that is settled.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.hub.running import DETECTOR, Party

from stillwatch.sharing.client.journal import Journal
from stillwatch.sharing.client.membership import Membership
from stillwatch.sharing.client.publish import INDICATORS, Parcel, Sent, publish
from stillwatch.sharing.client.transport import HubConnection
from stillwatch.sharing.gate import Gate, GatePolicy, Situation
from stillwatch.storage.received.store import open_sharing
from stillwatch.storage.sql.backup_files import write_private

ROOT = "/taxii2/stillwatch/"


def prepared(folder: Path, party: Party, objects: list[dict[str, object]]) -> Path:
    """A member's folder with its credentials and what it is to send."""
    folder.mkdir()
    pem = party.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(folder / "token", party.token.encode())
    write_private(folder / "key", pem)
    (folder / "identity").write_text(party.identity)
    (folder / "objects.json").write_text(json.dumps(objects))
    return folder


def send(folder: Path, root: str, *, one_by_one: bool = False) -> Sent:
    """Send what has not been settled."""
    member = Membership("forum", root, (folder / "identity").read_text(), folder / "token", folder / "key")
    objects = json.loads((folder / "objects.json").read_text())
    parcels = [Parcel(f"item-{k}", each, INDICATORS) for k, each in enumerate(objects)]
    gate = Gate(GatePolicy.shipped().with_registers([DETECTOR]))
    database = open_sharing(folder / "sharing.sqlite")
    try:
        journal = Journal(database, "forum")
        sent = Sent(())
        for part in [[each] for each in parcels] if one_by_one else [parcels]:
            sent = publish(part, journal, HubConnection(member), gate, Situation.now())
            if one_by_one:
                print(sent.shipments[0].state, flush=True)
        return sent
    finally:
        database.close()


if __name__ == "__main__":
    send(Path(sys.argv[1]), sys.argv[2], one_by_one=True)
