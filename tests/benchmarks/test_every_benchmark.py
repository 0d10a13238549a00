"""Every benchmark can be run: none imports what is not there."""

from __future__ import annotations

import importlib

import pytest

from benchmarks.harness import discover


@pytest.mark.parametrize("module", sorted(each.module for each in discover().values()))
def test_it_can_be_loaded(module: str) -> None:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] in {"benchmarks", "stillwatch"}:
            raise
        pytest.skip(f"{missing.name} comes with an extra")
