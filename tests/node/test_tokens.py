from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.node.tokens import Right, TokenFile
from stillwatch.serving.holding import hold


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


def names(path: Path) -> list[str]:
    return [token.name for token in TokenFile(path)]


def test_a_token_that_was_taken_back_meanwhile_stays_taken_back(path: Path) -> None:
    first = TokenFile(path)
    taken = first.add("edge", [Right.DECIDE])
    second = TokenFile(path)
    first.revoke("edge")
    second.add("desk", [Right.READ])
    assert names(path) == ["desk"]
    assert TokenFile(path).find(taken) is None


def test_what_others_added_meanwhile_is_kept_and_counted(path: Path) -> None:
    first, second = TokenFile(path), TokenFile(path)
    first.add("edge", [Right.DECIDE])
    second.add("edge", [Right.DECIDE])
    with pytest.raises(StillwatchError) as caught:
        first.add("edge", [Right.DECIDE])
    assert caught.value.code == "SW-NODE-11"
    first.add("desk", [Right.READ])
    second.rotate("desk", grace_hours=1)
    assert first.revoke("desk") == 2
    assert second.revoke("edge") == 2
    assert names(path) == []


def test_while_another_process_changes_the_file_it_is_left_alone(path: Path) -> None:
    tokens = TokenFile(path)
    tokens.add("edge", [Right.DECIDE])
    with hold(path.with_name("tokens.json.lock")):
        for change in (
            lambda: tokens.add("desk", [Right.READ]),
            lambda: tokens.revoke("edge"),
            lambda: tokens.rotate("edge", 1),
        ):
            with pytest.raises(StillwatchError) as caught:
                change()
            assert caught.value.code == "SW-NODE-18"
    assert names(path) == ["edge"]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path / "none" / "tokens.json")
    with pytest.raises(StillwatchError) as caught:
        tokens.add("edge", [Right.DECIDE])
    assert caught.value.code == "SW-NODE-19"
