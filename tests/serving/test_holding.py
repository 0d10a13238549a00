from __future__ import annotations

import os
from pathlib import Path

import pytest

from stillwatch.serving.holding import Held, hold


def test_whoever_comes_second_is_told_who_has_it_and_may_have_it_afterwards(tmp_path: Path) -> None:
    with hold(tmp_path / ".lock"):
        with pytest.raises(Held) as caught, hold(tmp_path / ".lock"):
            pass
        assert caught.value.other == str(os.getpid())
    with hold(tmp_path / ".lock"):
        pass
