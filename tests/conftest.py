"""What tests of every part share: a PostgreSQL server of their own, a browser, and no event loop of another test's."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# What is tried is the same on every run: a change is judged by what it changed, not by the draw. `make fuzz` draws anew.
settings.register_profile("same-every-run", derandomize=True, deadline=None)
settings.register_profile("drawn-anew", derandomize=False, deadline=None, max_examples=1_000)
settings.load_profile("drawn-anew" if os.environ.get("STILLWATCH_FUZZ") == "1" else "same-every-run")

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
CHROMIUM = Path(os.environ.get("STILLWATCH_CHROMIUM", "/usr/bin/chromium"))
_BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser, one a worker; skips where none is installed."""
    if not CHROMIUM.exists():
        reason = f"Chromium is not installed at {CHROMIUM}; set STILLWATCH_CHROMIUM to where it is"
        if os.environ.get("STILLWATCH_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(CHROMIUM), args=_BROWSER)
        yield started
        started.close()


@contextlib.contextmanager
def _own_loop(item: pytest.Item) -> Iterator[None]:
    """Hides the loop that Playwright keeps running in this thread, once a browser was started, from other tests."""
    loop = asyncio._get_running_loop()
    if loop is None or "browser" in getattr(item, "fixturenames", ()):
        yield
        return
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _own_loop(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _own_loop(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    if nextitem is None:  # now the browser itself is closed
        return (yield)
    with _own_loop(item):
        return (yield)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Path]:
    """The socket folder of a PostgreSQL server that belongs to this run alone; skips where none is installed."""
    programs = _programs()
    if programs is None:
        if os.environ.get("STILLWATCH_REQUIRE_SERVICES") == "1":
            pytest.fail("PostgreSQL's initdb and pg_ctl are not installed")
        pytest.skip("PostgreSQL's initdb and pg_ctl are not installed")
    # The path of a socket may not be longer than 107 bytes, so pytest's own folders do not do.
    folder = Path(tempfile.mkdtemp(prefix="sw-pg-"))
    user = _owned_by_somebody_else_than_root(folder)
    data, start = folder / "data", [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    try:
        _run(
            user,
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                "stillwatch",
                "-A",
                "trust",
                "-N",
                "-E",
                "UTF8",
            ],
        )
        options = (
            f"-c listen_addresses='' -k {folder} -c fsync=off -c shared_buffers=32MB -c max_connections=80"
        )
        _run(user, [*start, "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield folder
        finally:
            _run(user, [*start, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: Path) -> Iterator[str]:
    """The URL of an empty database, which is dropped afterwards."""
    make = _maker(postgresql_server)
    with make as url:
        yield url


@pytest.fixture
def postgresql_urls(postgresql_server: Path) -> Iterator[Callable[[], str]]:
    """Makes any number of empty databases."""
    made: list[_maker] = []

    def another() -> str:
        made.append(_maker(postgresql_server))
        return made[-1].__enter__()

    yield another
    for each in made:
        each.__exit__(None, None, None)


class _maker:  # noqa: N801 - used like a function
    """One database, from entering to leaving."""

    def __init__(self, folder: Path) -> None:
        self._name = f"test_{secrets.token_hex(6)}"
        self._folder = folder

    def __enter__(self) -> str:
        self._say(f"CREATE DATABASE {self._name}")
        return f"postgresql+psycopg://stillwatch@/{self._name}?host={self._folder}"

    def __exit__(self, *_: object) -> None:
        self._say(f"DROP DATABASE {self._name} WITH (FORCE)")

    def _say(self, words: str) -> None:
        import psycopg

        with psycopg.connect(
            f"host={self._folder} user=stillwatch dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(words)


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest version's where there are several."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    for pattern in _PLACES:
        found = [path for path in Path("/").glob(pattern[1:]) if (path / "initdb").exists()]
        if found:
            return max(found)
    return None


def _owned_by_somebody_else_than_root(folder: Path) -> str:
    """The user that runs the server, which refuses to run as root; empty for the one who runs the tests."""
    if os.geteuid() != 0:
        return ""
    for user in ("postgres", "nobody"):
        try:
            shutil.chown(folder, user)
        except LookupError:
            continue
        return user
    pytest.skip("there is no user to run PostgreSQL as")


def _run(user: str, words: list[str]) -> None:
    as_user = ["setpriv", "--reuid", user, "--clear-groups", "--"] if user else []
    done = subprocess.run(
        [*as_user, *words],
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
