"""The console under load: how long pages take on a large lab, how many a second it shows, and what axe-core says.

Pages are asked for over HTTP by somebody who is logged in, one after the other and then by four at once; addresses are
drawn with a fixed seed, so that nothing is warm that would not be. Times are those of whoever asks. They are given
beside the CPU time that the console's process used per page, which other programs on the machine do not change.
"""

from __future__ import annotations

import http.client
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from tests.console.addresses import addresses
from tests.console.running import Console, Lab, Visit, running

from benchmarks.console_lab import ACCOUNTS_A_CASE, fill
from stillwatch.cli.sample_lab.build import build
from stillwatch.clock import now
from stillwatch.node.folder import Folder
from stillwatch.settings import Settings

DESCRIPTION = (
    "pages on 10,000 cases, 100,000 accounts, 10 M exchanges; a case of 5,000 accounts; axe-core on all pages"
)

TARGETS = (
    ("page_p95_ms", "a page, 10,000 cases, p95", "<=", 100, "ms"),
    ("case_5000_ms", "the case of 5,000 accounts, p95", "<=", 300, "ms"),
    ("axe_violations", "axe violations on all pages", "<=", 0),
)

CASES: Final = 10_000
ACCOUNTS: Final = 100_000
LOOKS: Final = 300
AT_ONCE: Final = 4
WIDTHS: Final = (390, 768, 1280)
SCHEMES: Final = ("light", "dark")
CHROMIUM: Final = Path(os.environ.get("STILLWATCH_CHROMIUM", "/usr/bin/chromium"))


def run(small: bool) -> dict[str, Any]:
    """Measure pages, then look at them."""
    with tempfile.TemporaryDirectory() as folder:
        figures = _pages(Path(folder) / "lab", small)
        return figures | _axe(Path(folder) / "sample", small)


def _pages(place: Path, small: bool) -> dict[str, float]:
    cases, accounts = (CASES // 10, ACCOUNTS // 10) if small else (CASES, ACCOUNTS)
    folder = Folder(place / "node")
    begin = time.perf_counter()
    token = fill(folder, cases, accounts)
    _say(f"{cases:,} cases and {accounts:,} accounts made in {time.perf_counter() - begin:.0f} s")
    (place / "tokens").mkdir()
    (place / "tokens" / "analyst-1").write_text(token, encoding="ascii")
    (folder.path / "ledger.key").rename(place / "ledger.key")
    with running(Lab(place)) as console:
        visitor = _Visitor(console, token)
        wanted = list(_wanted(cases, LOOKS // 5 if small else LOOKS))
        for path in dict.fromkeys(wanted[:15]):  # what Python loads with a first page is no page's time
            visitor.get(path)
        large = [visitor.timed(f"/cases/case-{cases}") for _ in range(5 if small else 20)]
        before = _cpu(console)
        took = [visitor.timed(path) for path in wanted]
        cpu = (_cpu(console) - before) / len(wanted)
        rate = _rate(console, token, wanted)
    figures = {
        "page_p50_ms": _ms(took, 50),
        "page_p95_ms": _ms(took, 95),
        "page_cpu_ms": 1000 * cpu,
        "case_5000_ms": _ms(large[1:], 95),
        "case_5000_first_ms": 1000 * large[0],
        "pages_per_s": rate,
    }
    _say(
        f"{len(wanted)} pages: half within {figures['page_p50_ms']:.0f} ms, 95 % within {figures['page_p95_ms']:.0f} ms"
    )
    return figures


def _wanted(cases: int, looks: int) -> Iterator[str]:
    """Addresses as people ask for them, most of all the queue and single cases."""
    draw = random.Random(7)
    for _ in range(looks):
        case = draw.randrange(1, cases)
        account = f"acct-{case - 1:06d}-{draw.randrange(ACCOUNTS_A_CASE):06d}"
        yield draw.choice(
            (
                "/overview",
                "/queue",
                f"/queue?{urlencode({'show': draw.choice(('mine', 'overdue', 'decided', 'all')), 'order': 'due'})}",
                f"/queue?skip={draw.randrange(0, cases, 50)}&show=all",
                f"/cases/case-{case}",
                f"/cases/case-{case}",
                f"/account?{urlencode({'id': account})}",
                f"/search?{urlencode({'q': account[:10]})}",
                "/decisions",
                "/appeals",
                "/approvals",
                "/authorisations",
                "/ledger",
                f"/ledger?subject=case-{case}",
                "/settings",
            )
        )


class _Visitor:
    """Somebody who is logged in, over one connection."""

    def __init__(self, console: Console, token: str) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", int(console.url.rpartition(":")[2]), timeout=120)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._http.request("POST", "/login", urlencode({"token": token}), headers)
        answer = self._http.getresponse()
        answer.read()
        self._headers = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}

    def get(self, path: str) -> int:
        self._http.request("GET", path, headers=self._headers)
        answer = self._http.getresponse()
        answer.read()
        return answer.status

    def timed(self, path: str) -> float:
        """Seconds until the page was here whole."""
        begin = time.perf_counter()
        status = self.get(path)
        assert status in (200, 303), (path, status)
        return time.perf_counter() - begin


def _rate(console: Console, token: str, wanted: Sequence[str]) -> float:
    """Pages a second with several people at once."""
    visitors = [_Visitor(console, token) for _ in range(AT_ONCE)]
    begin = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda each: [each[0].get(path) for path in each[1]], [(v, wanted) for v in visitors]))
    return AT_ONCE * len(wanted) / (time.perf_counter() - begin)


def _axe(place: Path, small: bool) -> dict[str, int]:
    """What axe-core complains of on every page of the sample lab; all rules at every width in both schemes."""
    if not CHROMIUM.exists():
        _say(f"Chromium is not at {CHROMIUM}: axe-core is left out")
        return {}
    from playwright.sync_api import sync_playwright

    build(place, Settings(), now())
    found: list[str] = []
    widths = WIDTHS[::2] if small else WIDTHS
    with running(Lab(place)) as console, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context()
        context.set_default_timeout(120_000)
        visitor = Visit(context.new_page(), console).log_in("reviewer-1")
        places = addresses(console)
        for path in places.values():
            visitor.go(path)
            for width in widths:
                for scheme in SCHEMES:
                    visitor.look(width, scheme)
                    found += [f"{path} at {width}, {scheme}: {words}" for words in visitor.axe()]
        found += visitor.complaints
        browser.close()
    for words in found:
        _say(words)
    looked = len(places) * len(widths) * len(SCHEMES)
    _say(f"axe-core looked at {len(places)} pages {looked} times: {len(found)} complaints")
    return {"axe_violations": len(found), "axe_pages": len(places)}


def _cpu(console: Console) -> float:
    """Seconds of CPU that the console's process has used."""
    fields = Path(f"/proc/{console.process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _ms(took: Sequence[float], percentile: float) -> float:
    return 1000 * float(np.percentile(took, percentile))


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
