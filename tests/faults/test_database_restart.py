"""The database server under a hub goes down and comes back: what was acknowledged is there, and the hub goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import httpx
import pytest
from tests.conftest import _owned_by_somebody_else_than_root, _programs
from tests.hub import stix
from tests.hub.conftest import with_members
from tests.hub.running import Hub

from benchmarks.gateways_running import until


class Server:
    """A PostgreSQL server of the test's own that keeps what it was told, as in production."""

    def __init__(self, programs, folder):
        self._folder = folder
        self._user = _owned_by_somebody_else_than_root(folder)
        self._control = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w", "-t", "120"]
        self._run(
            str(programs / "initdb"), "-D", str(folder / "data"), "-U", "stillwatch", "-A", "trust", "-N"
        )
        self.url = f"postgresql+psycopg://stillwatch@/postgres?host={folder}"

    def start(self):
        options = f"-c listen_addresses='' -k {self._folder} -c shared_buffers=16MB"
        self._run(*self._control, "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self):
        self._run(*self._control, "-m", "immediate", "stop")

    def _run(self, *words):
        as_user = ["setpriv", "--reuid", self._user, "--clear-groups", "--"] if self._user else []
        done = subprocess.run(
            [*as_user, *words], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture
def server():
    programs = _programs()
    if programs is None:
        if os.environ.get("STILLWATCH_REQUIRE_SERVICES") == "1":
            pytest.fail("PostgreSQL's initdb and pg_ctl are not installed")
        pytest.skip("PostgreSQL's initdb and pg_ctl are not installed")
    folder = Path(tempfile.mkdtemp(prefix="sw-pg-"))
    made = Server(programs, folder)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_hub_outlives_a_restart_of_its_database(server, tmp_path):
    hub = with_members(Hub(tmp_path / "hub", server.url)).start()
    try:
        first = [stix.indicator(hub.members["lab-1"]) for _ in range(5)]
        assert hub.post("lab-1", first).json()["success_count"] == 5
        server.stop()
        during = [stix.indicator(hub.members["lab-1"]) for _ in range(5)]
        refused = hub.post("lab-1", during)
        assert refused.status_code >= 500
        assert "SW-SQL-02" in refused.text
        assert "stillwatch@" not in refused.text
        assert httpx.get(f"{hub.url}/healthz", timeout=30).status_code == 200
        until(lambda: httpx.get(f"{hub.url}/readyz", timeout=30).status_code == 503)
        server.start()
        until(lambda: hub.post("lab-1", during).status_code < 500)
        until(lambda: httpx.get(f"{hub.url}/readyz", timeout=30).status_code == 200)
        again = hub.post("lab-1", [*first, *during]).json()
        assert {each["message"] for each in again["successes"]} == {"here already"}
        assert len({each["id"] for each in hub.pages("lab-1")}) == len(hub.pages("lab-1")) == 10
    finally:
        hub.stop()
