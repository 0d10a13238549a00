"""What is released: the same sources give the same wheel, to the byte, and nothing that is no part of it."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


def built(sources, out, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    monkeypatch.chdir(sources)
    return Path(next(iter(WheelBuilder(str(sources)).build(directory=str(out), versions=["standard"]))))


def test_two_copies_of_the_sources_give_one_wheel(tmp_path, monkeypatch):
    wheels = []
    for name in ("here", "there"):
        copy = tmp_path / name
        copy.mkdir()
        for file in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / file, copy)
        shutil.copytree(
            ROOT / "src",
            copy / "src",
            ignore=shutil.ignore_patterns("__pycache__"),
            copy_function=shutil.copyfile,
        )
        wheels.append(built(copy, tmp_path / f"{name}-out", monkeypatch))
    assert wheels[0].name == wheels[1].name
    assert len({hashlib.sha256(wheel.read_bytes()).digest() for wheel in wheels}) == 1
    with zipfile.ZipFile(wheels[0]) as packed:
        tops = {name.partition("/")[0] for name in packed.namelist()}
        assert {name.partition("-")[0] for name in tops} == {"stillwatch"}
        assert "stillwatch/py.typed" in packed.namelist()
