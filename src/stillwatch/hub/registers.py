"""What the hub has registered: detectors by the hash of their source, and epochs of the blinding key.

The gate lets an indicator name nothing else, because any other hash or epoch could carry something hidden.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stillwatch.core.indicator import DetectorRef
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.sharing.gate import GatePolicy
    from stillwatch.sharing.trust.warninglists import Warninglists


def registered(policy: GatePolicy, path: Path, warninglists: Warninglists) -> GatePolicy:
    """A policy with what a file registers; without any detector where there is no such file.

    Args:
        policy: as counsel has it.
        path: the file.
        warninglists: values that are no indicators.

    Raises:
        StillwatchError: the file cannot be read.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        detectors = [_detector(each) for each in said.get("detectors", [])]
        epochs = said.get("epochs")
        if epochs is not None:
            epochs = [str(each) for each in epochs]
    except FileNotFoundError:
        detectors, epochs = [], None
    except (
        OSError,
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        KeyError,
        TypeError,
        RecursionError,
    ) as error:
        raise StillwatchError(
            f"the registers cannot be read: {error}",
            code="SW-HUB-34",
            where=str(path),
            hint='each entry is [[detectors]] with name, version and content_hash; epochs = ["…"]',
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return policy.with_registers(detectors, epochs, warninglists.common)


def rendered(detectors: Iterable[DetectorRef]) -> str:
    """A file that registers these detectors."""
    parts = [
        "# Detectors and epochs that indicators at this hub may name; nothing else passes the gate.",
        '# epochs = ["…"]   # as the key service announces them; without this line any epoch of the right form passes',
    ]
    for each in sorted(detectors, key=lambda each: each.name):
        parts.append(
            f'\n[[detectors]]\nname = "{each.name}"\nversion = "{each.version}"\ncontent_hash = "{each.content_hash}"'
        )
    return "\n".join(parts) + "\n"


def _detector(said: Any) -> DetectorRef:
    return DetectorRef(str(said["name"]), str(said["version"]), str(said["content_hash"]))
