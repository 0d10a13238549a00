"""Takes the picture of the console that the README shows, in Chromium, from the sample lab that anybody can fill.

``python -m docs.pictures [LAB]`` writes ``docs/images/console.png``; LAB is a folder that ``stillwatch demo console``
filled, or fills now.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

PICTURE: Final = Path(__file__).parent / "images" / "console.png"
CHROMIUM: Final = os.environ.get("STILLWATCH_CHROMIUM", "/usr/bin/chromium")
_SCREEN: Final = {"width": 1280, "height": 860}
_BELOW_THE_HEAD: Final = {"x": 0, "y": 52, "width": 1280, "height": 808}
"""The head says in which folder the lab stands, which is nobody's business."""
_WITHIN_S: Final = 600.0


@contextlib.contextmanager
def console(lab: Path) -> Iterator[str]:
    """The console on a sample lab, as a person starts it; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [
        sys.executable,
        "-m",
        "stillwatch.cli",
        "demo",
        "console",
        "--out",
        str(lab),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(words)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _WITHIN_S
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=5):
            return
        time.sleep(0.2)
    raise SystemExit("the console did not start")


def largest_case(url: str, token: str) -> str:
    """The waiting case that leaks most."""
    request = urllib.request.Request(f"{url}/queue.json", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        cases: list[dict[str, Any]] = json.load(answer)["cases"]
    return str(max(cases, key=lambda case: case["leaked"])["case_id"])


def take(url: str, token: str, path: str, to: Path) -> None:
    """One page, light, as an analyst sees it first."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport=_SCREEN, color_scheme="light")
        page.set_default_timeout(_WITHIN_S * 1000)
        page.goto(f"{url}/login")
        page.fill("#token", token)
        page.press("#token", "Enter")
        page.wait_for_url("**/overview")
        page.goto(url + path)
        page.screenshot(path=to, clip=_BELOW_THE_HEAD)
        browser.close()


def main() -> None:
    """Fill a lab if need be, open it, take the picture."""
    with contextlib.ExitStack() as stack:
        lab = (
            Path(sys.argv[1])
            if len(sys.argv) > 1
            else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        )
        url = stack.enter_context(console(lab))
        token = (lab / "tokens" / "analyst-1").read_text(encoding="ascii").strip()
        take(url, token, f"/cases/{largest_case(url, token)}", PICTURE)


if __name__ == "__main__":
    main()
