"""One run: a committed plan, all its models asked at once, every answer archived, the ledger told before and after."""

from __future__ import annotations

import concurrent.futures
import functools
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stillwatch import clock
from stillwatch.attribution.archive.chain import Chain
from stillwatch.attribution.archive.folder import ANSWERS, MANIFEST, PLAN, READ_ME, ArchiveFolder
from stillwatch.attribution.archive.manifest import Manifest, manifest_of
from stillwatch.attribution.archive.records import RecordKind, broken
from stillwatch.attribution.plans.book import PlanBook
from stillwatch.attribution.procedure.asking import Asking
from stillwatch.attribution.procedure.instructions import HOW_TO_VERIFY
from stillwatch.attribution.procedure.ledger import STARTED, STOPPED, enter, write_proof
from stillwatch.attribution.querying.client import Client
from stillwatch.casework.people import Act, may

if TYPE_CHECKING:
    from stillwatch.attribution.plans.plan import Plan
    from stillwatch.attribution.querying.endpoint import Endpoint
    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records

_LOOK_S = 0.2


def run(
    records: Records,
    plan: Plan,
    endpoints: Mapping[str, Endpoint],
    out: Path,
    person: Person,
    *,
    client: Callable[[Endpoint], Client] | None = None,
    heard: Callable[[str], None] = lambda _: None,
    now: clock.Clock = clock.now,
) -> Manifest:
    """Ask what is not answered yet, until nothing is left or no model can be asked on.

    Args:
        records: the open casework database, whose ledger has the plan.
        plan: as prepared from the person's file now; it has to be the committed one.
        endpoints: how each model is asked, by its name in the plan.
        out: the archive's folder; a run that was broken off goes on there.
        person: who runs it.
        client: makes the client of an endpoint; the plan's budget applies unless it is given.
        heard: called with a model's name after each of its answers.
        now: the clock.

    Raises:
        StillwatchError: SW-ATT-76 and 77 the plan is not the committed one; 65 the folder holds another plan's run; 51
            to 55 a model cannot be asked: what was answered is archived, and the same command goes on.
    """
    may(person, Act.WORK_CASES)
    plan = PlanBook(records, now=now).unaltered(plan).plan
    folder = ArchiveFolder(out)
    _claim(folder, plan)
    make = client or (lambda endpoint: Client(endpoint, most_requests=plan.stopping.requests))
    clients = {model.name: make(endpoints[model.name]) for model in plan.models}
    with Chain(folder / ANSWERS, now=now) as chain:
        enter(records, STARTED, plan.plan_id, person.name, {"plan": plan.digest, "lines": chain.number}, now)
        chain.add(RecordKind.OPENED, plan=plan.digest)
        try:
            failures = _ask_all(plan, clients, chain, heard)
        finally:
            chain.add(RecordKind.CLOSED, requests={name: each.requests for name, each in clients.items()})
            chain.close()
            manifest = manifest_of(plan, chain.records, folder)
            folder.write(MANIFEST, manifest.body())
            told = {
                "plan": plan.digest,
                "manifest": manifest.digest,
                "lines": manifest.lines,
                "head": manifest.head,
                "complete": manifest.complete,
            }
            enter(records, STOPPED, plan.plan_id, person.name, told, now)
            write_proof(records, plan, folder)
    if failures:
        raise failures[0]
    return manifest


def _claim(folder: ArchiveFolder, plan: Plan) -> None:
    """Put the plan into the folder, or see that it is this plan's already."""
    if not folder.has(PLAN):
        folder.write(PLAN, plan.body())
        folder.write(READ_ME, HOW_TO_VERIFY.encode())
    elif folder.read(PLAN) != plan.body():
        raise broken(
            "SW-ATT-65",
            "the folder holds the run of another plan",
            str(folder.root),
            "name a new folder with --out",
        )


def _ask_all(
    plan: Plan, clients: Mapping[str, Client], chain: Chain, heard: Callable[[str], None]
) -> list[BaseException]:
    """All models at once; a model that fails leaves the others to go on. Ctrl-C lets the open questions end."""
    stop = threading.Event()
    with concurrent.futures.ThreadPoolExecutor(len(plan.models)) as pool:
        tasks = []
        for model in plan.models:
            told = functools.partial(heard, model.name)
            asking = Asking(plan, model, clients[model.name], chain, stop, told)
            tasks.append(pool.submit(asking.work))
        try:
            while concurrent.futures.wait(tasks, timeout=_LOOK_S).not_done:
                continue
        except BaseException:
            stop.set()
            raise
    return [failure for task in tasks if (failure := task.exception()) is not None]
