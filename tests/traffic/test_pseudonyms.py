"""Equal identifiers stay equal, and nobody without the key can test a guess."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.traffic.records import exchange

from stillwatch.errors import StillwatchError
from stillwatch.traffic import identifiers
from stillwatch.traffic.addresses import normal
from stillwatch.traffic.pseudonyms import Pseudonymiser, load_or_create
from stillwatch.traffic.sketch import Sketcher


def test_the_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    first = load_or_create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_create(path).one("address", "192.0.2.1") == first.one("address", "192.0.2.1")
    assert len(list(path.parent.iterdir())) == 1


def test_runs_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(lambda _: load_or_create(tmp_path / "key").fingerprint(), range(8)))
    assert len(set(keys)) == 1


@pytest.mark.parametrize(("content", "code"), [("not hexadecimal", "SW-KEY-02"), ("abcd", "SW-KEY-02")])
def test_a_spoiled_key_is_refused(content: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(content)
    with pytest.raises(StillwatchError) as caught:
        load_or_create(tmp_path / "key")
    assert caught.value.code == code


def test_a_key_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError) as caught:
        load_or_create(tmp_path)
    assert caught.value.code == "SW-KEY-01"


def test_pseudonyms_depend_on_the_key_and_on_the_kind() -> None:
    one, other = Pseudonymiser(bytes(32)), Pseudonymiser(bytes(range(32)))
    assert one.one("address", "x") != other.one("address", "x")
    assert one.one("address", "x") != one.one("client", "x")
    assert one.fingerprint() != other.fingerprint()


@pytest.mark.parametrize(
    ("written", "address", "same_network"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.250"),
        ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.250"),
        ("2001:DB8:0:0::1", "2001:db8::1", "2001:db8:0:ffff::2"),
    ],
)
def test_an_address_is_one_however_it_is_written(written: str, address: str, same_network: str) -> None:
    assert normal(written)[0] == address
    assert normal(written)[1] == normal(same_network)[1] is not None


@pytest.mark.parametrize("text", ["unknown", "1.2.3", "192.0.2.256", "192.0.2.1:443", ":", "a\0b", "é:1"])
def test_what_is_no_address_has_no_network(text: str) -> None:
    assert normal(text) == (text, None)


def test_more_identifiers_than_are_remembered_keep_their_pseudonyms(
    key: Pseudonymiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identifiers, "_REMEMBERED", 1 << 12)
    sketcher = Sketcher(key, sample=1.0, background=None, latest=2**62)
    for block in (range(3_000), range(2_000, 9_000), range(100)):
        names = [(f'agent "{k}"', f"192.0.2.{k % 256}") for k in block]
        lines = [orjson.dumps(exchange(0, user_agent=agent, ip=ip)) for agent, ip in names]
        table = sketcher.sketch(b"\n".join(lines) + b"\n").table
        assert table["client"].to_pylist() == [key.one("client", agent) for agent, _ in names]
        assert table["address"].to_pylist() == [key.one("address", ip) for _, ip in names]
        assert table["payment"].null_count == len(names)


def test_threads_share_one_memory(key: Pseudonymiser) -> None:
    sketcher = Sketcher(key, sample=1.0, background=None, latest=2**62)
    lines = [orjson.dumps(exchange(k, user_agent=f"agent {k % 700}")) for k in range(2_000)]
    block = b"\n".join(lines) + b"\n"
    with ThreadPoolExecutor(4) as pool:
        tables = list(pool.map(lambda _: sketcher.sketch(block).table, range(8)))
    wanted = [key.one("client", f"agent {k % 700}") for k in range(2_000)]
    assert all(table["client"].to_pylist() == wanted for table in tables)


def test_what_is_no_address_is_kept_without_a_network(sketch_of: Callable[..., dict[str, Any]]) -> None:
    row = sketch_of("x", ip="unknown")
    assert row["address"] is not None
    assert row["network"] is None
