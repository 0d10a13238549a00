"""A map in a TOML file tells where the fields of any JSON lines stand."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.generic import load_map
from stillwatch.logs.reading import LineReader


def write(folder: Path, text: str) -> str:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_paths_and_constants_are_told_apart(tmp_path: Path) -> None:
    text = 'ts = "time"\nmodel = { constant = "big-1" }\nendpoint = "=/v1/x"\nstatus = 200\nstream = true\n'
    assert load_map(write(tmp_path, text)) == {
        "ts": "time",
        "model": "=big-1",
        "endpoint": "=/v1/x",
        "status": "=200",
        "stream": "=true",
    }


def test_the_fields_may_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    assert load_map(write(tmp_path, '[fields]\nts = "time"\n')) == {"ts": "time"}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('acount_id = "who"', "the map names an unknown field: acount_id", "did you mean account_id?"),
        ("ts = []", "the map's entry for ts is neither a path nor a constant", 'write ts = "path.to.it" or'),
        ('ts = ""', "the map's entry for ts is neither a path nor a constant", 'write ts = "path.to.it" or'),
        ("", "the map names no field", "write lines such as"),
        ("ts = ", "the map is not TOML", ""),
    ],
)
def test_a_bad_map_is_an_error_that_says_what_to_do(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(StillwatchError) as caught:
        load_map(path)
    assert caught.value.message.startswith(message)
    assert caught.value.hint.startswith(hint)
    assert caught.value.where == path


def test_a_missing_map_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError, match="cannot be read"):
        load_map(str(tmp_path / "none.toml"))


def test_without_a_map_the_records_say_that_one_is_needed() -> None:
    _, rejects = LineReader(ReadOptions(format="generic")).convert(b'{"a":1}', "x", 1)
    assert [reject.reason for reject in rejects] == [
        "generic JSON lines need a map of fields: use --map FILE.toml"
    ]


def test_list_places_and_dotted_keys_are_found() -> None:
    options = ReadOptions(
        key_map={"ts": "t", "account_id": "ids.1.name", "model": "gen_ai.request.model", "messages": "p"}
    )
    record = {"t": 1795144447, "ids": [{}, {"name": "acct-2"}], "gen_ai.request.model": "big-1", "p": "Why?"}
    good, rejects = LineReader(options).convert(orjson.dumps(record), "x", 1)
    assert rejects == []
    assert orjson.loads(good[0]) == {
        "ts": "2026-11-20T03:14:07.000Z",
        "account_id": "acct-2",
        "model": "big-1",
        "messages": [{"role": "user", "content": "Why?"}],
    }


@pytest.mark.parametrize(
    ("more", "reasons"),
    [({}, ["no messages"]), ({"p": None}, ["no messages"]), ({"p": []}, []), ({"p": ""}, [])],
)
def test_a_record_without_the_messages_that_were_mapped_is_set_aside_and_one_with_none_is_taken(
    more: dict[str, object], reasons: list[str]
) -> None:
    options = ReadOptions(key_map={"ts": "t", "account_id": "a", "model": "m", "messages": "p"})
    record = {"t": 1795144447, "a": "acct-1", "m": "big-1", **more}
    good, rejects = LineReader(options).convert(orjson.dumps(record), "x", 1)
    assert ([reject.reason for reject in rejects], len(good)) == (reasons, 1 - len(reasons))
