"""Adjusts the site while it is built: pages named in the navigation appear once they are written."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import Any


def on_config(config: Any) -> Any:
    """Leaves out navigation entries whose page is not there, and adds the decision records that are."""
    folder = Path(config["docs_dir"])
    config["nav"] = [entry for entry in (_present(each, folder) for each in config["nav"]) if entry]
    decisions = sorted(path.relative_to(folder).as_posix() for path in folder.glob("decisions/*.md"))
    if decisions:
        config["nav"].append({"Decisions": decisions})
    return config


def on_post_build(config: Any) -> None:
    """Publishes the schemas of the STIX extensions where their definitions say that they are."""
    shipped = importlib.resources.files("stillwatch.sharing.stix") / "schemas"
    folder = Path(config["site_dir"]) / "schemas"
    folder.mkdir(exist_ok=True)
    for schema in shipped.iterdir():
        (folder / schema.name).write_bytes(schema.read_bytes())


def _present(entry: Any, folder: Path) -> Any:
    """A navigation entry reduced to the pages that exist; None where nothing is left."""
    if isinstance(entry, str):
        return entry if (folder / entry).is_file() else None
    kept = {}
    for title, below in entry.items():
        found = (
            _present(below, folder)
            if isinstance(below, str)
            else [e for e in (_present(b, folder) for b in below) if e]
        )
        if found:
            kept[title] = found
    return kept or None
