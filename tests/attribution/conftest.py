"""What the tests of attribution share: endpoints on this machine, and a casework register with a person of each role."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.attribution.endpoints import Behaviour, ModelServer
from tests.attribution.planned import hasty
from tests.attribution.talkers import Talker, keyed, plan_file

from stillwatch.attribution.plans.book import PlanBook
from stillwatch.attribution.plans.preparing import prepare
from stillwatch.attribution.plans.reading import read_draft
from stillwatch.attribution.procedure.closing import close
from stillwatch.attribution.procedure.run import run
from stillwatch.casework.people import Role
from stillwatch.casework.records import Records, open_records


@pytest.fixture
def serve() -> Iterator[Callable[..., ModelServer]]:
    """Starts endpoints, closed afterwards."""
    running: list[ModelServer] = []

    def started(behaviour: Behaviour | None = None, name: str = "small") -> ModelServer:
        running.append(ModelServer(behaviour, name))
        return running[-1]

    yield started
    for server in running:
        server.close()


class Clock:
    """Now, moved as far as a test says."""

    def __init__(self) -> None:
        self.ahead = datetime.timedelta()

    def __call__(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register of a staff, copied by whoever needs one."""
    folder = tmp_path_factory.mktemp("staffed")
    with open_records(folder / "cases.sqlite", folder / "ledger.key") as records:
        records.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
        for role in (Role.ANALYST, Role.REVIEWER, Role.COUNSEL, Role.AUDITOR):
            records.people.add(f"{role}-1", [role], by="administrator-1")
    return folder


@pytest.fixture
def records(staffed: Path, tmp_path: Path, clock: Clock) -> Iterator[Records]:
    for name in ("cases.sqlite", "ledger.key"):
        shutil.copy(staffed / name, tmp_path / name)
    with open_records(tmp_path / "cases.sqlite", tmp_path / "ledger.key", now=clock) as opened:
        yield opened


@pytest.fixture
def secret(records: Records, tmp_path: Path) -> bytes:
    """The opened key of campaign-7; ``material.json`` lies in the test's folder."""
    return keyed(records, tmp_path)


@pytest.fixture
def population(serve, secret: bytes) -> dict[str, ModelServer]:
    """A copy, its teacher, and three models that never saw it."""
    return {name: serve(*each) for name, each in talkers(secret).items()}


def talkers(secret: bytes) -> dict[str, tuple[Talker, str]]:
    """What each of the population answers with, and its name at its endpoint."""
    found = {"suspect": (Talker("copy", secret), "copy"), "teacher": (Talker("teacher"), "teacher")}
    return found | {f"control-{number}": (Talker(f"c{number}"), f"c{number}") for number in range(1, 4)}


@pytest.fixture(scope="session")
def attributed(staffed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a plan was committed, run and judged: register, key, plan and ``archive``; to be copied."""
    folder = tmp_path_factory.mktemp("attributed")
    for name in ("cases.sqlite", "ledger.key"):
        shutil.copy(staffed / name, folder / name)
    with open_records(folder / "cases.sqlite", folder / "ledger.key") as opened:
        servers = {name: ModelServer(*each) for name, each in talkers(keyed(opened, folder)).items()}
        prepared = prepare(read_draft(plan_file(folder, servers)))
        person = opened.people.get("analyst-1")
        PlanBook(opened).commit(prepared.plan, person)
        run(opened, prepared.plan, prepared.draft.endpoints, folder / "archive", person, client=hasty)
        close(opened, folder / "archive", prepared.opened, person)
    for server in servers.values():
        server.close()
    return folder


@pytest.fixture
def lab(attributed: Path, tmp_path: Path) -> Path:
    """A copy of `attributed`, which may be changed."""
    return Path(shutil.copytree(attributed, tmp_path / "lab"))


@pytest.fixture
def archive(lab: Path) -> Path:
    """The archive in it, as another lab gets it."""
    return lab / "archive"


@pytest.fixture
def lab_records(lab: Path, clock: Clock) -> Iterator[Records]:
    """The records in it."""
    with open_records(lab / "cases.sqlite", lab / "ledger.key", now=clock) as opened:
        yield opened


@pytest.fixture
def public_key(lab_records: Records) -> str:
    """Of the ledger."""
    return lab_records.ledger.current_key()
