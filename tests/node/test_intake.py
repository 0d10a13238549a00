from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.node.records import exchange, lines

from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.node import segments
from stillwatch.node.segments import Appender, Head
from stillwatch.node.submissions import Submission
from stillwatch.traffic.sketch import SCHEMA


def taken(made, *records, **options):
    return made.submit(Submission(lines(records), "test", **options)).result(timeout=30)


def rows(folder):
    return [
        row
        for number in segments.numbers(folder.log)
        for record in segments.records(segments.path_of(folder.log, number))
        for row in record.rows.to_pylist()
    ]


def test_what_is_acknowledged_stands_in_the_log_without_its_text(intake, folder):
    answer = taken(intake(), *(exchange(k) for k in range(20)))
    assert (answer.acknowledged, answer.duplicates, answer.rejected) == (20, 0, ())
    assert [row["request_id"] for row in rows(folder)] == [f"r-{k}" for k in range(20)]
    written = b"".join(path.read_bytes() for path in folder.log.iterdir())
    assert b"please explain" not in written
    assert b"acct-1" in written


def test_an_exchange_sent_twice_counts_once_within_a_batch_and_across_restarts(intake, folder):
    first = intake()
    assert taken(first, exchange(1), exchange(2), exchange(1)).duplicates == 1
    assert taken(first, exchange(2), exchange(3)).duplicates == 1
    first.close()
    again = intake()
    answer = taken(again, exchange(1), exchange(2), exchange(3), exchange(4))
    assert (answer.acknowledged, answer.duplicates) == (4, 3)
    assert len(rows(folder)) == 4


def test_rejects_name_the_line_of_their_own_batch(intake):
    made = intake()
    waiting = [
        made.submit(Submission(lines([exchange(k), b"{oops", exchange(k + 50)]), f"batch {k}"))
        for k in range(5)
    ]
    for k, future in enumerate(waiting):
        answer = future.result(timeout=30)
        assert answer.acknowledged == 2
        assert [(r.file, r.line) for r in answer.rejected] == [(f"batch {k}", 2)]
        assert "not valid JSON" in answer.rejected[0].reason


def test_a_request_repeated_under_its_key_gets_the_same_answer_also_after_a_restart(intake):
    made = intake()
    first = taken(made, exchange(1), b"nonsense", key="k1")
    assert taken(made, exchange(1), b"nonsense", key="k1") == first
    made.rotate()
    made.close()
    answer = taken(intake(), exchange(1), b"nonsense", key="k1")
    assert answer.acknowledged == first.acknowledged
    assert answer.duplicates == 0


def test_positions_are_kept_with_the_rows_and_survive_rotation_and_restart(intake):
    made = intake()
    taken(made, exchange(1), positions={"file:a": 100})
    taken(made, exchange(2), positions={"file:b": 7})
    made.rotate()
    made.close()
    again = intake()
    assert again.position("file:a") == 100
    assert again.position("file:b") == 7
    assert again.position("file:c") is None


def test_a_full_queue_refuses_and_takes_nothing_of_the_batch(intake):
    made = intake(queue_bytes=1)
    accepted, codes = [], []
    for k in range(200):
        try:
            accepted.append(made.submit(Submission(lines([exchange(k)]), "test")))
        except StillwatchError as error:
            codes.append(error.code)
    assert set(codes) == {"SW-NODE-05"}
    assert sum(future.result(timeout=30).acknowledged for future in accepted) == 200 - len(codes)
    assert made.tally.refused == len(codes)


def test_a_backlog_that_the_worker_does_not_move_refuses_too(intake):
    made = intake(backlog_bytes=500)
    taken(made, exchange(1))
    with pytest.raises(StillwatchError, match="more than it can store"):
        made.submit(Submission(lines([exchange(2)]), "test"))


def test_other_formats_are_recognised_line_by_line(intake):
    payload = b'{"resourceSpans":[]}'
    answer = taken(intake(), exchange(1), payload)
    assert answer.acknowledged == 1
    assert "no model request" in answer.rejected[0].reason


def test_a_byte_order_mark_costs_no_record(intake, folder):
    answer = taken(intake(), b"\xef\xbb\xbf" + lines([exchange(1)]).rstrip(), exchange(2))
    assert (answer.acknowledged, answer.rejected) == (2, ())
    assert sorted(row["request_id"] for row in rows(folder)) == ["r-1", "r-2"]


def owned(number, **fields):
    record = exchange(number, **fields)
    del record["account_id"]
    return record


@pytest.mark.parametrize(
    ("reading", "accounts"),
    [
        (ReadOptions(account="acct-all"), ["acct-3", "acct-all", "acct-all"]),
        (ReadOptions(account_from="billing.customer"), ["cust-1", "cust-3"]),
        (ReadOptions(account="acct-all", account_from="billing.customer"), ["acct-all", "cust-1", "cust-3"]),
    ],
)
def test_whose_an_exchange_is_is_found_as_the_operator_said(intake, folder, reading, accounts):
    first = owned(1, billing={"customer": "cust-1"})
    third = exchange(3, billing={"customer": "cust-3"})
    answer = taken(intake(reading=reading), first, b"{oops", third, owned(4))
    assert sorted(row["account_id"] for row in rows(folder)) == accounts
    assert [reject.line for reject in answer.rejected] == ([2] if len(accounts) == 3 else [2, 4])


def test_what_a_source_has_settled_itself_is_not_settled_again(intake, folder):
    made = intake(reading=ReadOptions(account_from="organization_id"))
    assert taken(made, exchange(1, organization_id="org-1"), settled=True).acknowledged == 1
    assert [row["account_id"] for row in rows(folder)] == ["acct-1"]


@pytest.fixture
def hasty_threads():
    """Lets threads interrupt each other as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_segments_begin_while_others_are_sending_and_nothing_is_lost(intake, folder, hasty_threads):
    made = intake()

    def send(number):
        keyed = {"key": f"k{number}", "positions": {f"p{number}": number}}
        return made.submit(Submission(lines([exchange(number)]), "test", **keyed))

    waiting = [send(number) for number in range(900)]  # many answers to begin a segment with
    for number in range(900, 940):
        waiting.append(send(number))
        while not waiting[-1].done():
            made.rotate()
    assert sum(future.result().acknowledged for future in waiting) == 940
    made.close()
    assert len(rows(folder)) == 940
    again = intake()
    assert [again.position(f"p{k}") for k in range(940)] == list(range(940))


def segment(folder: Path, count: int) -> Path:
    appender = Appender(folder, 1, Head(full=True))
    for k in range(count):
        appender.append(Head(positions={"p": k}), SCHEMA.empty_table())
    appender.close()
    return segments.path_of(folder, 1)


@pytest.mark.parametrize("cut", [1, 5, 20, 27])
def test_a_record_cut_short_at_the_end_is_dropped_and_the_rest_kept(tmp_path, cut):
    path = segment(tmp_path, 3)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    segments.repair(path)
    assert [r.head.positions for r in segments.records(path)] == [{}, {"p": 0}, {"p": 1}]
    assert whole.startswith(path.read_bytes())


def test_damage_before_good_records_is_refused_instead_of_losing_them(tmp_path):
    path = segment(tmp_path, 3)
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(data)
    with pytest.raises(StillwatchError) as caught:
        segments.repair(path)
    assert caught.value.code == "SW-NODE-03"
