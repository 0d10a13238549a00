"""The files of kept text: whole or not there, and nobody else's."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from stillwatch.casework.retention import vault as vaults
from stillwatch.casework.retention.vault import Vault
from stillwatch.errors import StillwatchError


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "retained", tmp_path / "retention.key")


def names(vault: Vault) -> list[str]:
    return sorted(path.name for path in vault.folder.iterdir())


def test_text_that_another_process_has_just_kept_stays(vault: Vault) -> None:
    vault.keep("ret-1", b"first")
    with pytest.raises(StillwatchError) as caught:
        vault.keep("ret-1", b"second")
    assert caught.value.code == "SW-EVID-30"
    assert vault.read("ret-1") == b"first"


def test_text_alone_that_was_there_stays_and_no_key_is_left_beside_it(vault: Vault) -> None:
    vault.keep("ret-1", b"first")
    (vault.folder / "ret-1.key").unlink()
    with pytest.raises(StillwatchError):
        vault.keep("ret-1", b"second")
    assert names(vault) == ["ret-1.text"]


def test_of_text_that_could_not_be_written_nothing_is_left(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.keep("ret-1", b"first")

    def full(handle: int) -> None:
        if (vault.folder / "ret-2.text").exists():
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(vaults.os, "fsync", full)
    with pytest.raises(StillwatchError) as caught:
        vault.keep("ret-2", b"second")
    assert caught.value.code == "SW-EVID-20"
    assert names(vault) == ["ret-1.key", "ret-1.text"]


def test_a_folder_that_is_none_is_told(vault: Vault) -> None:
    vault.folder.write_text("a file")
    with pytest.raises(StillwatchError) as caught:
        vault.keep("ret-1", b"first")
    assert caught.value.code == "SW-EVID-20"
