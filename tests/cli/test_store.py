"""``stillwatch store``: what it holds, whether it is whole, and that what is too old is gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from stillwatch.errors import ExitCode
from stillwatch.traffic.store import Store

Call = Callable[..., tuple[int, str, str]]
Line = Callable[..., str]


@pytest.fixture
def store(call: Call, tmp_path: Path, line: Line) -> Path:
    """A store with exchanges of January and of March 2026."""
    old = [line(number, ts=f"2026-01-{number:02d}T00:00:00Z") for number in range(1, 11)]
    new = [line(number, ts=f"2026-03-{number - 10:02d}T00:00:00Z") for number in range(11, 21)]
    (tmp_path / "old.jsonl").write_text("\n".join(old))
    (tmp_path / "new.jsonl").write_text("\n".join(new))
    for name in ("old.jsonl", "new.jsonl"):
        assert call("ingest", name, "--store", "s")[0] == ExitCode.DONE
    return tmp_path / "s"


def test_info_says_what_it_holds(call: Call, store: Path) -> None:
    facts = json.loads(call("store", "info", "s", "--json")[1])
    assert (facts["exchanges"], facts["accounts"], facts["parts"], facts["files_read"]) == (20, 3, 2, 2)
    assert (facts["first"], facts["last"]) == ("2026-01-01T00:00:00Z", "2026-03-10T00:00:00Z")
    assert facts["bytes"] > 0
    assert facts["background"] is None
    assert "exchanges       20" in call("store", "info", "s")[1]


def test_without_a_store_it_says_how_to_make_one(call: Call) -> None:
    status, _, err = call("store", "info", "nowhere")
    assert status == ExitCode.UNREADABLE
    assert "there is no store in this folder" in err


def test_a_whole_store_is_said_to_be_whole(call: Call, store: Path) -> None:
    status, out, _ = call("store", "verify", "s")
    assert status == ExitCode.DONE
    assert out == "s is whole: 2 parts, 20 exchanges\n"


@pytest.mark.parametrize("harm", ["missing", "changed", "cut short"])
def test_a_damaged_part_is_named(call: Call, store: Path, harm: str) -> None:
    part = Path(Store.open(store).part_paths()[0])
    if harm == "missing":
        part.unlink()
    elif harm == "changed":
        data = bytearray(part.read_bytes())
        data[len(data) // 2] ^= 1
        part.write_bytes(data)
    else:
        part.write_bytes(part.read_bytes()[:-10])
    status, _, err = call("store", "verify", "s")
    assert status == ExitCode.UNREADABLE
    assert part.name in err
    assert "1 of the store's files is damaged" in err


def test_what_a_cut_run_left_is_mentioned_but_no_damage(call: Call, store: Path) -> None:
    (store / "exchanges" / "part-x.parquet").write_bytes(b"")
    status, _, err = call("store", "verify", "s")
    assert status == ExitCode.DONE
    assert "note: s/exchanges/part-x.parquet belongs to no commit" in err


def test_a_damaged_manifest_is_said_to_be_so(call: Call, store: Path) -> None:
    (store / "manifest.json").write_text("{")
    assert call("store", "verify", "s")[0] == ExitCode.UNREADABLE


def test_a_dry_run_says_what_would_go_and_changes_nothing(call: Call, store: Path) -> None:
    before = (store / "manifest.json").read_bytes()
    status, out, _ = call("store", "purge", "s", "--older-than", "0", "--dry-run")
    assert status == ExitCode.DONE
    assert "20 exchanges before" in out
    assert "would be deleted" in out
    assert (store / "manifest.json").read_bytes() == before


def test_a_purge_deletes_and_looks_again(call: Call, store: Path) -> None:
    figures = json.loads(call("store", "purge", "s", "--older-than", "0", "--json")[1])
    assert (figures["exchanges"], figures["exchanges_left"]) == (20, 0)
    assert figures["digest"]
    assert Store.open(store).rows == 0
    assert list((store / "exchanges").iterdir()) == []
    assert call("store", "verify", "s")[0] == ExitCode.DONE
    assert "purged" in call("store", "info", "s")[1]
    assert "nothing in the store is older" in call("store", "purge", "s", "--older-than", "0")[1]


def test_a_background_can_be_built_up_to_a_date(call: Call, store: Path) -> None:
    assert "no background" in call("store", "background", "s")[1]
    status, out, _ = call("store", "background", "s", "--rebuild", "--until", "2026-02-01")
    assert status == ExitCode.DONE
    assert "the store's own traffic until 2026-02-01" in out
    assert Store.open(store).background() is not None
    assert call("store", "verify", "s")[0] == ExitCode.DONE


def test_until_without_rebuild_is_a_usage_error(call: Call, store: Path) -> None:
    assert call("store", "background", "s", "--until", "2026-02-01")[0] == ExitCode.USAGE
