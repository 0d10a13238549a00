"""What the tests of attribution share: endpoints on this machine, and a casework register with a person of each role."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.attribution.endpoints import Behaviour, ModelServer
from tests.attribution.planned import hasty
from tests.attribution.talkers import SECRET, Talker, plan_file

from stillwatch.attribution.plans.book import PlanBook
from stillwatch.attribution.plans.preparing import Prepared, prepare
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
def population(serve) -> dict[str, ModelServer]:
    """A copy, its teacher, and five models that never saw it."""
    servers = {
        "suspect": serve(Talker("copy", SECRET), "copy"),
        "teacher": serve(Talker("teacher"), "teacher"),
    }
    for number in range(1, 6):
        servers[f"control-{number}"] = serve(Talker(f"c{number}"), f"c{number}")
    return servers


@pytest.fixture
def prepared(population, tmp_path) -> Prepared:
    """A plan for the population, ready to be committed."""
    return prepare(read_draft(plan_file(tmp_path, population)))


@pytest.fixture
def archive(records, prepared, tmp_path) -> Path:
    """The plan committed and run, the keys opened, judged: an archive as another lab gets it."""
    person = records.people.get("analyst-1")
    PlanBook(records).commit(prepared.plan, person)
    out = tmp_path / "archive"
    run(records, prepared.plan, prepared.draft.endpoints, out, person, client=hasty)
    close(records, out, prepared.opened, person)
    return out
