from __future__ import annotations

import logging

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.keyservice.conftest import Clock, Served

from stillwatch.keyservice.membership import Kind
from stillwatch.sharing.matching import wire
from stillwatch.sharing.matching.epochs import verified
from stillwatch.sharing.matching.voprf import BlindedBatch


def test_a_member_gets_what_only_the_key_could_make_and_can_check_it(served: Served) -> None:
    listed = verified(served.ask("GET", "/v1/epochs").content, bytes.fromhex(served.service.signer))
    batch = BlindedBatch([b"one", b"two"])
    answer = wire.read_answer(served.evaluate(batch).content, "e1", 2)
    outputs = batch.finalize(answer, listed.epochs[0].public_key)
    other = BlindedBatch([b"two"])
    again = wire.read_answer(served.evaluate(other).content, "e1", 1)
    assert other.finalize(again, listed.epochs[0].public_key) == outputs[1:]


def code(response: httpx.Response) -> str:
    said = response.json()["error"]
    assert set(said) == {"code", "message", "hint"}
    return said["code"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer  ", "Bearer swk_wrong", "Basic dXNlcjpwYXNz", "Bearer \u00e9"]
)
def test_without_a_valid_token_nothing_is_evaluated(served: Served, header: str) -> None:
    answer = served.evaluate([b"x"], headers={"Authorization": header.encode("latin-1")})
    assert (answer.status_code, code(answer)) == (401, "SW-KEY-28")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert served.service.usage.spent_today("lab-1") == 0


def test_a_monitor_reads_figures_and_a_member_does_not(served: Served) -> None:
    monitor = served.service.membership.add("prometheus", Kind.MONITOR)
    served.evaluate([b"x", b"y"])
    figures = served.ask("GET", "/metrics", token=monitor)
    assert 'stillwatch_keyservice_items_total{member="lab-1"} 2.0' in figures.text
    assert 'stillwatch_keyservice_spent_today{member="lab-1"} 2.0' in figures.text
    assert served.ask("GET", "/metrics").status_code == 403
    assert served.evaluate([b"x"], token=monitor).status_code == 403


def test_the_quota_holds_to_the_item_and_says_when_it_is_free_again(served: Served, clock: Clock) -> None:
    assert served.evaluate([bytes([n + 1]) for n in range(99)]).json()["left"] == 1
    refused = served.evaluate([b"x", b"y"])
    assert (refused.status_code, code(refused)) == (429, "SW-KEY-22")
    assert refused.headers["Retry-After"] == str(12 * 3600)
    assert served.evaluate([b"x"]).json()["left"] == 0
    assert served.evaluate([b"z"]).status_code == 429
    clock.move(hours=12)
    assert served.evaluate([b"x"]).json()["left"] == 99


def test_a_batch_sent_again_is_answered_again_and_counted_once(served: Served, clock: Clock) -> None:
    batch = BlindedBatch([b"x", b"y"])
    first, again = served.evaluate(batch).json(), served.evaluate(batch).json()
    assert first["evaluated"] == again["evaluated"]
    assert first["left"] == again["left"] == 98
    clock.move(hours=12)
    assert served.evaluate(batch).json()["left"] == 98  # the next day it counts


def test_several_members_have_quotas_of_their_own(served: Served) -> None:
    other = served.service.membership.add("lab-2", quota=5)
    served.evaluate([bytes([n + 1]) for n in range(100)])
    assert served.evaluate([b"x"], token=other).json()["left"] == 4
    assert served.ask("GET", "/v1/usage", token=other).json() == {"quota": 5, "spent": 1, "left": 4}


def test_a_suspended_member_is_told_so_and_can_come_back(served: Served) -> None:
    served.service.membership.change("lab-1", suspended=True)
    assert served.evaluate([b"x"]).status_code == 403
    served.service.membership.change("lab-1", suspended=False)
    assert served.evaluate([b"x"]).status_code == 200


def test_after_a_rotation_both_keys_are_used_until_the_overlap_is_over(served: Served, clock: Clock) -> None:
    clock.move(days=85)
    served.house()  # a week ahead the next epoch is announced
    assert [e.name for e in served.service.listed.epochs] == ["e1", "e2"]
    early = served.evaluate([b"x"], "e2")
    assert (early.status_code, code(early)) == (410, "SW-KEY-26")
    clock.move(days=7)
    served.house()
    assert served.evaluate([b"x"], "e1").status_code == served.evaluate([b"x"], "e2").status_code == 200
    clock.move(days=28)
    served.house()
    over = served.evaluate([b"x"], "e1")
    assert (over.status_code, code(over)) == (410, "SW-KEY-26")
    assert sorted(path.name for path in served.folder.keys.iterdir()) == ["e2.key"]
    assert served.service.book.destroyed() == {"e1"}


def test_a_key_that_is_over_is_refused_even_before_it_is_destroyed(served: Served, clock: Clock) -> None:
    clock.move(days=130)  # no housekeeping yet
    assert served.evaluate([b"x"], "e1").status_code == 410


def test_an_epoch_that_never_was_is_not_found(served: Served) -> None:
    answer = served.evaluate([b"x"], "e77")
    assert (answer.status_code, code(answer)) == (404, "SW-KEY-25")


def test_a_compromised_key_is_gone_at_once(served: Served, clock: Clock) -> None:
    clock.move(days=1)
    made = served.service.book.compromised()
    served.service.refresh()
    assert made.name == "e2"
    assert served.evaluate([b"x"], "e1").status_code == 410
    assert served.evaluate([b"x"], "e2").status_code == 200
    assert not (served.folder.keys / "e1.key").exists()


def test_the_serial_counts_up_with_every_change(served: Served, clock: Clock) -> None:
    before = served.service.listed.serial
    clock.move(days=1)
    served.service.book.rotate(at_once=True)
    served.service.refresh()
    listed = served.service.listed
    assert listed.serial > before
    assert [e.name for e in listed.evaluated(clock())] == ["e2", "e1"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"epoch":"e1","blinded":[]}',
        b'{"epoch":"E1","blinded":["AA=="]}',
        b'{"epoch":"e1","blinded":["AA=="]}',
        b'{"epoch":"e1","blinded":["AAAA","extra"],"more":1}',
        b'{"epoch":"e1","blinded":"' + b"A" * 44 + b'"}',
        b'{"epoch":"e1","blinded":[' + b"[" * 2_000 + b"]" * 2_000 + b"]}",
        b"\xff\xfe",
        b'{"epoch":"e1","blinded":["' + b"A" * 43 + b'="]}',
    ],
)
def test_a_malformed_request_is_refused_and_costs_nothing(served: Served, body: bytes) -> None:
    answer = served.ask("POST", "/v1/evaluate", content=body)
    assert answer.status_code == 400
    assert code(answer) in {"SW-MATCH-07", "SW-MATCH-01"}
    assert served.service.usage.spent_today("lab-1") == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_bytes_bring_the_service_down(served: Served, body: bytes) -> None:
    answer = served.ask("POST", "/v1/evaluate", content=body)
    assert answer.status_code == 400
    assert code(answer) == "SW-MATCH-07"


def test_too_many_items_and_too_large_a_body_are_refused(served: Served) -> None:
    element = wire.request("e1", BlindedBatch([b"x"]).blinded * 1_001)
    many = served.ask("POST", "/v1/evaluate", content=element)
    assert (many.status_code, code(many)) == (400, "SW-MATCH-08")
    large = served.ask("POST", "/v1/evaluate", content=b" " * 100_000)
    assert (large.status_code, code(large)) == (413, "SW-KEY-29")


def test_what_there_is_not_is_said_in_the_same_shape(served: Served) -> None:
    assert code(served.ask("GET", "/v1/nothing")) == "SW-KEY-30"
    wrong = served.ask("PUT", "/v1/epochs")
    assert (wrong.status_code, code(wrong), wrong.headers["Allow"]) == (405, "SW-KEY-31", "GET")


def test_neither_logs_nor_figures_nor_records_hold_anything_of_an_item(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    batch = BlindedBatch([b"secret item"])
    answer = served.evaluate(batch).json()
    said = (
        caplog.text
        + served.ask("GET", "/metrics", token=served.service.membership.add("m", Kind.MONITOR)).text
    )
    assert "items=1" in caplog.text
    kept = b"".join(path.read_bytes() for path in served.folder.path.glob("keyservice.sqlite*"))
    for trace in (batch.blinded[0], answer["evaluated"][0].encode()):
        assert trace not in kept
        assert trace.hex() not in said
    assert "secret" not in said


def test_the_service_is_ready_only_while_an_epoch_is_in_use(served: Served, clock: Clock) -> None:
    assert served.ask("GET", "/readyz").json() == {"status": "ready", "problems": {}}
    clock.move(days=200)
    answer = served.ask("GET", "/readyz")
    assert answer.status_code == 503
    assert "epochs" in answer.json()["problems"]
    assert served.ask("GET", "/healthz").status_code == 200


def test_a_member_cannot_have_many_batches_under_way(served: Served) -> None:
    service = served.service
    with service._one_of_few("lab-1"), service._one_of_few("lab-1"), service._one_of_few("lab-1"):
        with service._one_of_few("lab-1"):
            busy = served.evaluate([b"x"])
            assert (busy.status_code, code(busy), busy.headers["Retry-After"]) == (429, "SW-KEY-27", "1")
        assert served.evaluate([b"x"]).status_code == 200


def test_the_document_describes_what_is_answered(served: Served) -> None:
    import jsonschema_rs

    document = orjson.loads(served.ask("GET", "/openapi.json").content)
    for path, method in (
        ("/v1/epochs", "GET"),
        ("/v1/usage", "GET"),
        ("/healthz", "GET"),
        ("/readyz", "GET"),
    ):
        answers = document["paths"][path][method.lower()]["responses"]
        schema = answers["200"]["content"]["application/json"]["schema"]
        jsonschema_rs.validate(schema, served.ask(method, path).json())
    evaluate = document["paths"]["/v1/evaluate"]["post"]
    schema = evaluate["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema_rs.validate(schema, served.evaluate([b"x"]).json())
    assert {"400", "401", "403", "404", "410", "413", "429"} <= set(evaluate["responses"])
