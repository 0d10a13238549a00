from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.hub.running import DETECTOR, Hub

from stillwatch.hub.rights import MemberKind
from stillwatch.sharing.client.fetch import Pulled, pull
from stillwatch.sharing.client.journal import Journal
from stillwatch.sharing.client.membership import Membership
from stillwatch.sharing.client.transport import HubConnection
from stillwatch.sharing.gate import Gate, GatePolicy
from stillwatch.storage.received.store import ReceivedStore, open_sharing
from stillwatch.storage.sql import SqlDatabase
from stillwatch.storage.sql.backup_files import write_private


def with_members(hub: Hub) -> Hub:
    """The members of most tests."""
    hub.admit("lab-1", requests_per_minute=100_000)
    hub.admit("lab-2", requests_per_minute=100_000, shown=False)
    hub.admit("tool-1", requests_per_minute=100_000, unsigned_writes=True)
    hub.admit("cloud-1", MemberKind.CLOUD)
    hub.admit("reseller-1", MemberKind.RESELLER)
    hub.admit("auditor-1", MemberKind.AUDITOR)
    hub.admit("agency-1", MemberKind.GOVERNMENT)
    return hub


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One hub for a whole module, on SQLite."""
    running = with_members(Hub(tmp_path_factory.mktemp("hub") / "hub")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def any_hub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One hub for a whole module, on each database."""
    database = ""
    if request.param == "postgresql":
        database = new_database(request.getfixturevalue("postgresql_server"))
    running = with_members(Hub(tmp_path_factory.mktemp(request.param) / "hub", database)).start()
    yield running
    running.stop()


@pytest.fixture
def make_hub(tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    """Makes hubs that are not started yet; those still running at the end are killed."""
    made: list[Hub] = []

    def make(name: str = "hub", database: str = "") -> Hub:
        made.append(with_members(Hub(tmp_path / name, database)))
        return made[-1]

    yield make
    for each in made:
        if each.process is not None and each.process.poll() is None:
            each.kill()


@dataclasses.dataclass(frozen=True)
class MemberSide:
    """What a member has received, and how it pulls."""

    place: Path
    store: ReceivedStore
    fetch: Callable[[], Pulled]


@pytest.fixture
def member_side(tmp_path: Path) -> Iterator[Callable[[Hub, str], MemberSide]]:
    """Makes a member's side of a hub that runs."""
    opened: list[SqlDatabase] = []

    def make(hub: Hub, name: str) -> MemberSide:
        party = hub.members[name]
        token, key, place = (tmp_path / f"{name}.{each}" for each in ("token", "key", "sqlite"))
        pem = party.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(token, party.token.encode())
        write_private(key, pem)
        member = Membership("forum", f"{hub.url}/taxii2/stillwatch/", party.identity, token, key)
        database = open_sharing(place)
        opened.append(database)
        store, journal = ReceivedStore(database), Journal(database, "forum")
        gate = Gate(GatePolicy.shipped().with_registers([DETECTOR]))
        return MemberSide(place, store, lambda: pull(HubConnection(member), member, store, journal, gate))

    yield make
    for each in opened:
        each.close()


def new_database(server: Path) -> str:
    """The URL of an empty database; it is gone with the server."""
    import psycopg

    name = f"hub_{secrets.token_hex(6)}"
    with psycopg.connect(f"host={server} user=stillwatch dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://stillwatch@/{name}?host={server}"
