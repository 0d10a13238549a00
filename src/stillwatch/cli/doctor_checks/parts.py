"""Whether every part that is found by name could be loaded, other distributions' parts among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stillwatch.cli.checkup import Check, Finding, Site, State

_KINDS: Final = {
    "detectors": ("stillwatch.detection.detectors", "DETECTOR", "stillwatch.detectors"),
    "log formats": ("stillwatch.logs", "FORMAT", "stillwatch.logs"),
    "engines": ("stillwatch.detection.engines", "ENGINE", "stillwatch.engines"),
    "gateways": ("stillwatch.enforcement.gateways", "GATEWAY", "stillwatch.gateways"),
}


def _look(_site: Site) -> Iterator[Finding]:
    from stillwatch.plugins import discover

    for kind, (package, attribute, group) in _KINDS.items():
        found = discover(package, attribute, group)
        for where, reason in found.broken:
            yield Finding(State.BROKEN, f"{where} is left out: {reason}", "mend or uninstall it")
        yield Finding(State.FINE, f"{len(found.found)} {kind}")


CHECK: Final = Check("parts", "parts found by name", _look)
