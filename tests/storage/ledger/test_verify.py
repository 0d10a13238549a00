"""An export is checked without its database: what was done to it is found, whatever it was."""

from __future__ import annotations

import contextlib
import datetime
import json
import random
import shutil
import struct

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from stillwatch.casework.tables import CASEWORK
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Ledger, Signer
from stillwatch.storage.ledger.export import ENTRIES, HEADS, READ_ME
from stillwatch.storage.ledger.head import read_head
from stillwatch.storage.ledger.proof_file import prove, verify_proof
from stillwatch.storage.ledger.tree import root_of
from stillwatch.storage.ledger.verify import verify_export
from stillwatch.storage.sql import SqlDatabase


@pytest.fixture
def filled(ledger, write, clock):
    """A ledger of an afternoon: three hours, twelve entries of cases."""
    for _ in range(3):
        write(4)
        clock.moment += datetime.timedelta(hours=1)
    return ledger


@pytest.fixture
def export(filled, tmp_path):
    filled.export(tmp_path / "export")
    return tmp_path / "export"


def lines(path):
    return path.read_bytes().splitlines(keepends=True)


def code_of(call) -> str:
    with pytest.raises(StillwatchError) as caught:
        call()
    assert caught.value.exit_code == 3
    return caught.value.code


@pytest.fixture
def check(export, filled):
    key = filled.signer.public_key
    return lambda **more: verify_export(export, key, **more)


def test_an_export_that_nobody_touched_holds_together(check, filled, export):
    found = check()
    assert found.entries == filled.size() == 14
    assert found.head == filled.head()
    assert found.heads == 3
    assert found.keys == (filled.signer.public_key,)
    assert found.clock_set_back == ()
    assert found.first_ts < found.last_ts
    assert json.dumps(found.as_json())
    assert "RFC 9162" in (export / READ_ME).read_text()
    assert {path.stat().st_mode & 0o077 for path in export.iterdir()} == {0}


def test_an_export_goes_into_a_folder_of_its_own_only(filled, export, tmp_path):
    with pytest.raises(StillwatchError) as caught:
        filled.export(export)
    assert caught.value.code == "SW-LED-09"
    (tmp_path / "file").touch()
    with pytest.raises(StillwatchError):
        filled.export(tmp_path / "file")


def test_entries_no_head_covers_are_not_exported(filled, write, tmp_path, clock):
    filled.signer, signer = None, filled.signer
    write(1)
    head = filled.export(tmp_path / "export")
    assert head.size == 14
    assert verify_export(tmp_path / "export", signer.public_key).entries == 14


@pytest.mark.parametrize("gone", [5, 9, 13])
def test_a_deleted_entry_is_found(check, export, gone):
    kept = lines(export / ENTRIES)
    del kept[gone]
    (export / ENTRIES).write_bytes(b"".join(kept))
    assert code_of(check) in ("SW-LED-13", "SW-LED-14")


def test_reordered_entries_are_found_even_where_their_times_are_one(filled, write, tmp_path, clock):
    write(3, ts=clock().isoformat())
    filled.export(tmp_path / "export")
    kept = lines(tmp_path / "export" / ENTRIES)
    kept[-1], kept[-2] = kept[-2], kept[-1]
    (tmp_path / "export" / ENTRIES).write_bytes(b"".join(kept))
    assert code_of(lambda: verify_export(tmp_path / "export", filled.signer.public_key)) == "SW-LED-13"


def test_reordered_entries_are_found_by_their_times(check, export):
    kept = lines(export / ENTRIES)
    kept[6], kept[8] = kept[8], kept[6]
    (export / ENTRIES).write_bytes(b"".join(kept))
    assert code_of(check) == "SW-LED-12"


def test_a_back_dated_entry_is_found(check, export):
    kept = lines(export / ENTRIES)
    told = json.loads(kept[8])
    told["ts"] = "2026-03-01T00:00:00.000000Z"
    kept[8] = json.dumps(told, separators=(",", ":"), sort_keys=True).encode() + b"\n"
    (export / ENTRIES).write_bytes(b"".join(kept))
    assert code_of(check) == "SW-LED-12"


def test_an_entry_dated_before_a_head_that_precedes_it_is_found_though_the_key_was_used(tmp_path, clock):
    """Whoever holds the key can sign anything; dating something before an earlier head gives it away all the same."""
    with SqlDatabase(tmp_path / "forged.sqlite", CASEWORK) as database:
        database.upgrade()
        ledger = Ledger(database, Signer(tmp_path / "key"), now=clock)
        with database.write() as connection:
            ledger.append(connection, [_entry(clock().isoformat())])
        clock.moment += datetime.timedelta(hours=5)
        ledger.sign()
        # a forger turns the ledger's memory of time back, then writes as if it were four hours ago
        with database.write() as connection:
            connection.execute(text("UPDATE ledger_state SET ts = '2026-03-02T09:30:00.000000Z'"))
            ledger.append(connection, [_entry("2026-03-02T10:00:00Z")])
        ledger.export(tmp_path / "export")
        assert code_of(lambda: verify_export(tmp_path / "export", ledger.signer.public_key)) == "SW-LED-12"


def _entry(ts):
    from stillwatch.storage.ledger import Entry

    return Entry("case-noted", "case-1", "analyst-1", ts)


def test_an_export_that_was_cut_off_is_found(check, export):
    (export / ENTRIES).write_bytes(b"".join(lines(export / ENTRIES)[:-3]))
    assert code_of(check) == "SW-LED-14"


def test_cutting_off_the_heads_as_well_is_found_by_whoever_holds_a_head(check, export, filled):
    known = filled.head()
    (export / ENTRIES).write_bytes(b"".join(lines(export / ENTRIES)[:10]))
    (export / HEADS).write_bytes(lines(export / HEADS)[0] + lines(export / HEADS)[1])
    assert check().entries == 10  # nothing in it says what it was later
    assert code_of(lambda: check(known=known)) == "SW-LED-18"


def test_added_entries_are_found(check, export):
    with (export / ENTRIES).open("ab") as file:
        file.write(lines(export / ENTRIES)[-1])
    assert code_of(check) == "SW-LED-15"


def test_a_swapped_database_is_found(check, export, tmp_path, clock):
    with SqlDatabase(tmp_path / "other.sqlite", CASEWORK) as database:
        database.upgrade()
        other = Ledger(database, Signer(tmp_path / "other.key"), now=clock)
        with database.write() as connection:
            other.append(connection, [_entry(clock().isoformat())])
        shutil.rmtree(export)
        other.export(export)
        assert code_of(check) == "SW-LED-17"


def test_a_swapped_database_under_the_same_key_is_found_by_whoever_holds_a_head(
    filled, export, tmp_path, clock
):
    known = filled.head()
    with SqlDatabase(tmp_path / "other.sqlite", CASEWORK) as database:
        database.upgrade()
        other = Ledger(database, filled.signer, now=clock)
        with database.write() as connection:
            other.append(connection, [_entry(clock().isoformat())])
        other.export(tmp_path / "swapped")
    key = filled.signer.public_key
    assert verify_export(tmp_path / "swapped", key).entries == 3
    assert code_of(lambda: verify_export(tmp_path / "swapped", key, known)) == "SW-LED-17"
    # entries of one and heads of the other
    shutil.copy(tmp_path / "swapped" / HEADS, export / HEADS)
    assert code_of(lambda: verify_export(export, key)) == "SW-LED-17"


def test_a_database_that_was_changed_behind_the_ledgers_back_exports_what_does_not_hold(
    filled, tmp_path, database
):
    with database.write() as connection:
        connection.execute(
            text("UPDATE ledger_entries SET leaf = replace(leaf, 'analyst-1', 'analyst-2') WHERE idx = 7")
        )
    filled.export(tmp_path / "export")
    assert code_of(lambda: verify_export(tmp_path / "export", filled.signer.public_key)) == "SW-LED-13"
    with database.write() as connection:
        connection.execute(text("DELETE FROM ledger_entries WHERE idx = 9"))
    filled.export(tmp_path / "export-2")
    assert code_of(lambda: verify_export(tmp_path / "export-2", filled.signer.public_key)) == "SW-LED-13"


@pytest.mark.parametrize("name", [ENTRIES, HEADS])
def test_one_flipped_bit_is_found_wherever_it_is(check, export, name):
    whole = (export / name).read_bytes()
    chosen = random.Random(7).sample(range(len(whole) * 8), 400)
    missed = []
    for bit in chosen:
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        (export / name).write_bytes(changed)
        with contextlib.suppress(StillwatchError):
            check()
            missed.append(bit)
    # in a head, a digit may change to its capital, and `key_id` is a name that nothing rests on
    assert [bit for bit in missed if not _harmless(whole, bit, name)] == []


def _harmless(whole: bytes, bit: int, name: str) -> bool:
    if name != HEADS:
        return False
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        before = [read_head(json.loads(line), "") for line in whole.splitlines()]
        after = [read_head(json.loads(line), "") for line in bytes(changed).splitlines()]
    except (ValueError, StillwatchError):
        return False
    same = [(h.log_id.lower(), h.size, h.root, h.signature) for h in before]
    return same == [(h.log_id.lower(), h.size, h.root, h.signature) for h in after]


def test_another_key_than_the_ledgers_finds_nothing_right(export, tmp_path):
    assert code_of(lambda: verify_export(export, Signer(tmp_path / "other").public_key)) == "SW-LED-17"


def test_a_head_signed_by_somebody_else_is_found(check, export, tmp_path):
    heads = lines(export / HEADS)
    last = read_head(json.loads(heads[-1]), "")
    forged = Signer(tmp_path / "other").sign(last.log_id, last.size, last.root, last.ts)
    (export / HEADS).write_bytes(b"".join(heads[:-1]) + json.dumps(forged.as_json()).encode() + b"\n")
    assert code_of(check) == "SW-LED-16"


def test_old_and_new_keys_check_a_ledger_whose_key_was_replaced(filled, write, tmp_path):
    old = filled.signer.public_key
    new = filled.rotate("administrator-1")
    write(2)
    filled.export(tmp_path / "export")
    for key in (old, new):
        assert verify_export(tmp_path / "export", key).keys == (old, new)


def test_a_key_that_nobody_vouched_for_is_found(filled, write, tmp_path, database):
    """Who took the database over, but not the key, cannot go on with a key of their own."""
    known = filled.signer.public_key
    thief = Signer(tmp_path / "thief")
    with database.write() as connection:
        state = filled._locked(connection)
        from stillwatch.storage.ledger import Entry

        details = {
            "public_key": thief.public_key,
            "before": known,
            "handover": thief.hand_over(state.log_id, known),
        }
        filled._own(connection, state, Entry("ledger-key", "ledger", "x", state.ts, details), thief)
    filled.export(tmp_path / "export")
    assert code_of(lambda: verify_export(tmp_path / "export", known)) == "SW-LED-16"


@pytest.mark.parametrize("missing", [ENTRIES, HEADS])
def test_what_is_no_export_is_said_to_be_none(check, export, missing):
    (export / missing).unlink()
    assert code_of(check) == "SW-LED-10"


@pytest.mark.parametrize("content", [b"", b"no json\n", b"[]\n", b'{"size": 3}\n'])
def test_heads_that_are_none_are_said_to_be_none(check, export, content):
    (export / HEADS).write_bytes(content)
    assert code_of(check) in ("SW-LED-10", "SW-LED-02")


def test_a_marked_clock_is_told_and_nothing_breaks(filled, write, clock, tmp_path):
    clock.moment -= datetime.timedelta(days=1)
    write(1)
    filled.export(tmp_path / "export")
    assert verify_export(tmp_path / "export", filled.signer.public_key).clock_set_back == (14,)


def test_a_ledger_that_grew_out_of_a_known_head_says_so(filled, write, tmp_path):
    known = filled.heads()[0]
    write(1)
    filled.export(tmp_path / "export")
    assert verify_export(tmp_path / "export", filled.signer.public_key, known).known_size == known.size


def test_single_entries_are_proven_without_the_others(filled):
    document = json.loads(json.dumps(prove(filled, [5, 7], since=6)))
    found = verify_proof(document, filled.signer.public_key, filled.heads()[0])
    assert found.entries == 2
    assert found.known_size == 6
    assert len(document["entries"]) == 2
    assert len(document["keys"]) == 1


def test_proofs_survive_a_change_of_keys(filled, write):
    old = filled.signer.public_key
    filled.rotate("administrator-1")
    write(1)
    document = prove(filled, [5])
    assert verify_proof(document, old).keys == verify_proof(document, filled.signer.public_key).keys


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_proof_in_which_anything_changed_does_not_hold(filled, data):
    document = prove(filled, [5], since=6)
    known, key = filled.heads()[0], filled.signer.public_key
    place = data.draw(
        st.sampled_from(["leaf", "index", "path", "root", "size", "signature", "growth", "handover"])
    )
    entry, number = document["entries"][0], data.draw(st.integers(1, 9))
    match place:
        case "leaf":
            entry["leaf"] = entry["leaf"].replace("analyst-1", f"analyst-{number + 1}")
        case "index":
            entry["index"] += number
        case "path":
            entry["path"] = entry["path"][:-1]
        case "root" | "signature":
            text_ = document["head"][place]
            document["head"][place] = f"{(int(text_[0], 16) + number) % 16:x}{text_[1:]}"
        case "size":
            document["head"]["size"] += number
        case "growth":
            document["growth"]["path"] = document["growth"]["path"][number % 2 + 1 :]
        case "handover":
            document["keys"] = []
    assert code_of(lambda: verify_proof(document, key, known)).startswith("SW-LED-")


def test_what_is_no_proof_is_said_to_be_none(filled, tmp_path):
    key = filled.signer.public_key
    document = prove(filled, [5])
    assert code_of(lambda: verify_proof({}, key)) == "SW-LED-10"
    assert code_of(lambda: verify_proof(document, Signer(tmp_path / "other").public_key)) == "SW-LED-17"
    assert code_of(lambda: verify_proof(document, key, filled.heads()[0])) == "SW-LED-18"
    assert code_of(lambda: verify_proof({**document, "entries": [{"index": 1}]}, key)) == "SW-LED-10"
    assert code_of(lambda: verify_proof({**document, "entries": None}, key)) == "SW-LED-10"
    odd = {**document, "keys": document["entries"]}
    assert code_of(lambda: verify_proof(odd, key)) == "SW-LED-16"


def test_a_signature_is_over_the_bytes_that_the_export_tells_outsiders(filled, export):
    """Written anew from ``HOW-TO-VERIFY.md``: nothing that signs or checks is called here."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(filled.signer.public_key))
    for line in lines(export / HEADS):
        head = json.loads(line)
        moment = datetime.datetime.fromisoformat(head["ts"])
        millis = int(moment.timestamp()) * 1000 + moment.microsecond // 1000
        said = b"stillwatch ledger head v1\0" + bytes.fromhex(head["log_id"])
        said += struct.pack(">QQB", millis, head["size"], 32) + bytes.fromhex(head["root"]) + b"\0\0"
        key.verify(bytes.fromhex(head["signature"]), said)


def test_a_key_vouches_for_the_next_in_the_bytes_that_the_export_tells_outsiders(filled, tmp_path):
    old, new = filled.signer.public_key, filled.rotate("administrator-1")
    filled.export(tmp_path / "rotated")
    found = [json.loads(line) for line in lines(tmp_path / "rotated" / ENTRIES)]
    log_id, told = found[0]["details"]["log_id"], found[-1]
    assert (told["kind"], told["details"]["public_key"], told["details"]["before"]) == (
        "ledger-key",
        new,
        old,
    )
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(old)).verify(
        bytes.fromhex(told["details"]["handover"]),
        b"stillwatch ledger key v1\0" + bytes.fromhex(log_id) + bytes.fromhex(old) + bytes.fromhex(new),
    )


@pytest.mark.parametrize("order", [(2,), (2, 0, 1), (0, 1, 0, 1, 2)])
def test_entries_that_do_not_begin_with_the_ledgers_first_are_found_though_the_key_was_used(
    filled, export, order
):
    """Whoever holds the key can sign a shortened ledger; that it begins in the middle gives it away."""
    head = filled.head()
    whole = [line.rstrip(b"\n") for line in lines(export / ENTRIES)]
    leaves = [whole[place] for place in order]
    if order != (2,):  # times must not fall, else those give it away
        last = json.loads(whole[2])["ts"]
        leaves = [orjson.dumps(json.loads(leaf) | {"ts": last}) for leaf in leaves]
    forged = filled.signer.sign(head.log_id, len(leaves), root_of(leaves), head.ts)
    (export / ENTRIES).write_bytes(b"".join(leaf + b"\n" for leaf in leaves))
    (export / HEADS).write_text(json.dumps(forged.as_json()) + "\n", encoding="utf-8")
    assert code_of(lambda: verify_export(export, filled.signer.public_key)) == "SW-LED-13"


def test_a_proof_says_from_when_to_when_its_entries_are(filled):
    whole = [next(iter(filled.entries(place, place + 1))).entry.ts for place in (5, 9)]
    found = verify_proof(prove(filled, [9, 5]), filled.signer.public_key)
    assert [found.first_ts, found.last_ts] == whole
    assert whole[0] < whole[1]
