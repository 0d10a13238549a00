"""What tests of the console share: one sample lab a run, one console and one browser a worker."""

from __future__ import annotations

import datetime
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.console.running import Console, Lab, Visit, copied, running

from stillwatch.cli.sample_lab.build import build
from stillwatch.settings import Settings


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, worker_id_or_none: str | None) -> Path:
    """The sample lab; made once, whoever of the workers comes first. To be copied, not to be changed.

    SAMPLE_LAB names one that was made before (`stillwatch demo console --no-serve`), to save its time while trying out.
    """
    if given := os.environ.get("SAMPLE_LAB"):
        return Path(given)
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if worker_id_or_none else base) / "sample-lab"
    with (folder.parent / "sample-lab.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "tokens").is_dir():
            build(folder, Settings(), datetime.datetime.now(datetime.UTC))
    return folder


@pytest.fixture(scope="session")
def worker_id_or_none() -> str | None:
    """The name of this worker where several run."""
    return os.environ.get("PYTEST_XDIST_WORKER")


@pytest.fixture(scope="session")
def lab(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab that tests only look at, or change where no other test looks."""
    return copied(sample, tmp_path_factory.mktemp("console") / "lab")


@pytest.fixture(scope="session")
def console(lab: Lab) -> Iterator[Console]:
    """A console that runs."""
    with running(lab) as found:
        yield found


@pytest.fixture
def visit(browser: Any, console: Console) -> Iterator[Callable[..., Visit]]:
    """Lets somebody in: ``visit("analyst-1", width=390, scheme="dark", scripts=False)``."""
    contexts = []

    def entered(
        name: str = "analyst-1",
        *,
        width: int = 1280,
        scheme: str = "light",
        scripts: bool = True,
        at: Console = console,
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        context.set_default_timeout(
            120_000
        )  # a page's time is measured elsewhere; here a busy machine may take its own
        found = Visit(context.new_page(), at)
        return found.log_in(name) if name else found

    yield entered
    for context in contexts:
        context.close()
