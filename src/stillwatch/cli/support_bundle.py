"""What stands in a support bundle: made field by field from counts and versions, so that nothing else can slip in."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import stillwatch
from stillwatch.cli.checkup import look_over
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.cli.checkup import Site

_README: Final = """What a developer needs to help you. Made by `stillwatch support dump`.

versions.json   Stillwatch, Python, the system, installed libraries
settings.json   each setting and where it comes from; addresses without their user and password
doctor.json     what `stillwatch doctor` found
counts.json     sizes of stores, verdicts by kind, times of the last look

No account, organisation, address of a customer, prompt, key or token stands in it.
"""
_LOOK: Final = (
    "look",
    "at",
    "window_s",
    "exchanges",
    "accounts",
    "whole_store",
    "seconds",
    "history",
    "verdicts",
)
"""Fields of a look's own account that are numbers or numbers by stage."""
_URL: Final = re.compile(r"^([a-z][a-z0-9+.-]*://).*", re.IGNORECASE | re.DOTALL)
_FOLDERS: Final = re.compile(r"(?<![\w.…~/])/(?:[^\s\"'`/]+/)+")
"""Folders of a path: they name people, customers and projects."""


def bundle(site: Site) -> dict[str, str]:
    """The files of a bundle by name."""
    doctor = [
        {
            "check": each.check,
            "state": each.finding.state,
            "sentence": each.finding.sentence,
            "hint": each.finding.hint,
        }
        for each in look_over(site)
    ]
    parts = {"versions": _versions(), "settings": _settings(site), "doctor": doctor, "counts": _counts(site)}
    files = {
        f"{name}.json": json.dumps(part, indent=2, ensure_ascii=False, default=str)
        for name, part in parts.items()
    }
    return {"README.txt": _README} | {name: _FOLDERS.sub("…/", text) for name, text in files.items()}


def pack(files: dict[str, str], out: Path) -> None:
    """Write the files into a zip that only its owner may read.

    Raises:
        StillwatchError: there is such a file, or it cannot be written.
    """
    try:
        with (
            os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed,
        ):
            for name, text in files.items():
                packed.writestr(name, text)
    except OSError as error:
        raise StillwatchError(
            "the support bundle cannot be written",
            code="SW-OPS-01",
            where=str(out),
            hint=f"{error.strerror}; name another file with --out",
        ) from error


def _versions() -> dict[str, Any]:
    installed = {each.metadata["Name"]: each.version for each in importlib.metadata.distributions()}
    return {
        "stillwatch": stillwatch.__version__,
        "python": sys.version,
        "system": platform.platform(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "libraries": dict(sorted(installed.items(), key=lambda each: each[0].lower())),
    }


def _settings(site: Site) -> dict[str, Any]:
    """Settings; of an address only its scheme, as what follows may name a person, a host or a secret."""
    return {
        name: {
            "value": _URL.sub(r"\1…", value) if isinstance(value, str) else value,
            "from": site.settings.origins[name],
        }
        for name, value in site.settings.values().items()
    }


def _counts(site: Site) -> dict[str, Any]:
    return {"stores": [_store(path) for path in site.stores], "node": _node(site.node)}


def _store(path: Path) -> dict[str, Any]:
    from stillwatch.traffic.store import Store

    try:
        manifest = Store.open(path).manifest
    except StillwatchError as error:
        return {"error": error.code}
    return {
        "format": manifest.version,
        "exchanges": sum(part.rows for part in manifest.parts),
        "files": len(manifest.parts),
        "logs_read": len(manifest.files),
        "purges": len(manifest.purges),
        "background": manifest.background is not None,
        "sample": manifest.sample,
    }


def _node(folder: Path) -> dict[str, Any]:
    from stillwatch.node.folder import Folder
    from stillwatch.node.verdicts import VerdictStore

    path = Folder(folder).verdicts
    if not path.is_file():
        return {}
    try:
        verdicts = VerdictStore(path, writer=False)
    except StillwatchError as error:
        return {"error": error.code}
    try:
        about = verdicts.last_look()
        return {
            "verdicts": verdicts.counts(),
            "last_look": {name: _figures(about[name]) for name in _LOOK if name in about},
        }
    finally:
        verdicts.close()


def _figures(value: Any) -> Any:
    """Numbers, and mappings to numbers; anything else is left out."""
    if isinstance(value, dict):
        return {name: each for name, each in value.items() if isinstance(each, int | float)}
    return value if isinstance(value, int | float) else None
