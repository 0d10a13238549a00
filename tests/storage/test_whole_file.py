from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.storage.whole_file import replacing


def test_a_file_changes_when_the_block_ends_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o077 == 0


def test_where_the_block_raises_the_old_file_stays_and_nothing_is_left_of_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), replacing(path) as file:
        file.writelines([b"new", None])
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]
    assert path.read_bytes() == b"old"


def test_what_cannot_take_its_place_is_removed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with pytest.raises(OSError, match="directory"), replacing(tmp_path / "kept") as file:
        file.write(b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]
