"""What a live node does with what other labs reported: evidence at the next look, nothing by itself, gone when taken back."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from tests.detection import worlds
from tests.storage.received.test_store import page, received

from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.verdict import Call, Reason, Verdict
from stillwatch.enforcement.account_details import account_details
from stillwatch.enforcement.engine import PolicyEngine
from stillwatch.enforcement.organizations import Organizations
from stillwatch.enforcement.policy_check import check
from stillwatch.enforcement.rulebook import Promotion
from stillwatch.enforcement.store import DecisionStore
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.node.heard import Heard
from stillwatch.node.look import Looker
from stillwatch.node.verdicts import VerdictStore
from stillwatch.node.window import History
from stillwatch.settings import Settings
from stillwatch.storage.received.records import Mark, Pivot
from stillwatch.storage.received.store import ReceivedStore, open_sharing
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store

POLICY = """\
brakes: {accounts: 1.0, traffic: 1.0}
rules:
  - {id: heard, when: "indicators > 0 && verdict != 'clear'", action: block, ttl: 1d, reason: because}
  - {id: watched, when: "verdict == 'watch'", action: block, ttl: 1d, reason: because}
  - {id: called, when: "verdict == 'attack'", action: block, ttl: 1d, reason: because}
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A small benign site as a live node keeps it."""
    folder = tmp_path_factory.mktemp("heard")
    world = worlds.made("benign", 5, 200, 4000)
    (folder / "log.jsonl").write_bytes(b"".join(world.lines))
    key = Pseudonymiser(b"k" * 32)
    kept = Store.create_or_open(folder / "store", key.fingerprint(), 0.25)
    ingest(expand([str(folder / "log.jsonl")]), kept, key, ReadOptions(), threads=1)
    return kept


def accused_by_everybody(accounts: list[str]) -> tuple[Mark, ...]:
    """Innocent accounts, reported by others with full weight."""
    return tuple(
        Mark(
            "indicator--1", Pivot.ACCOUNT, account, IndicatorKind.TEMPLATE, 1.0, seen_us=2**62, received_us=0
        )
        for account in accounts
    )


def test_others_word_alone_brings_no_decision_about_anybody(store: Store, tmp_path: Path) -> None:
    looker = Looker(dataclasses.replace(Settings(), threads=2), History(None), 60.0)
    plain = looker.look(store)
    clear = [v.account_id for v in plain.result.verdicts if v.verdict is Call.CLEAR]
    look = looker.look(store, accused_by_everybody(clear))
    assert look.indicators == dict.fromkeys(clear, 1)
    after = {v.account_id: v.verdict for v in look.result.verdicts}
    assert {after[account] for account in clear} == {Call.CLEAR}

    with look.window.connect(1, 1.0) as connection:
        details = account_details(connection, Organizations(), frozenset(), indicators=look.indicators)
    assert details[clear[0]].indicators == 1
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    policy, mistakes = check(tmp_path / "policy.yaml")
    assert not [each for each in mistakes if each.fatal]
    from stillwatch.core.decision import Mode

    rules = tuple(
        dataclasses.replace(rule, wants=Mode.ENFORCE, promotion=Promotion("analyst-1", "now", rule.digest))
        for rule in policy.rules
    )
    decisions = DecisionStore(tmp_path / "decisions.sqlite")
    try:
        engine = PolicyEngine(dataclasses.replace(policy, rules=rules), decisions)
        taken = engine.apply(
            look.result.verdicts, [dataclasses.asdict(c) for c in look.result.campaigns], 1e9, details
        )
    finally:
        decisions.close()
    assert not {each.value for each in taken} & set(clear)


def row(call: Call, *reasons: Reason) -> Verdict:
    return Verdict("acct-1", call, 0.9, None, None, reasons, 10)


@pytest.mark.parametrize(
    ("reasons", "after"),
    [
        ((Reason("novelty", 12.0, "own"),), Call.ATTACK),
        (
            (Reason("novelty", 12.0, "own"), Reason("shared_indicators", 8.0, "received from others")),
            Call.CLEAR,
        ),
    ],
)
def test_an_attack_that_rested_on_others_word_is_not_held_once_it_is_gone(tmp_path, reasons, after) -> None:
    verdicts = VerdictStore(tmp_path / "verdicts.sqlite", writer=True)
    try:
        verdicts.record([row(Call.ATTACK, *reasons)], (), {}, 1000.0, alarm="2026-11-26T00:00:00Z")
        verdicts.record([row(Call.CLEAR)], (), {}, 1012.0, alarm="2026-11-26T00:00:12Z")
        assert verdicts.of("acct-1").verdict is after
    finally:
        verdicts.close()


def test_a_retraction_is_news_for_the_next_look(tmp_path: Path) -> None:
    database = open_sharing(tmp_path / "sharing.sqlite")
    kept = ReceivedStore(database)
    troubles: list[str] = []
    heard = Heard(str(tmp_path / "sharing.sqlite"), troubles.append)
    assert not heard.news()
    kept.apply(page(received()))
    assert heard.news()
    assert not heard.news(), "the same is no news"
    kept.apply(page(received(revoked=True, version="2026-11-25T00:00:00.000Z")))
    assert heard.news()
    assert heard.marks == ()
    database.close()
    assert not any(troubles)


def test_what_cannot_be_read_stays_as_it_was_and_is_told(tmp_path: Path) -> None:
    troubles: list[str] = []
    heard = Heard(str(tmp_path / "none.sqlite"), troubles.append)
    assert not heard.news()
    assert "is as it last was" in troubles[0]
    open_sharing(tmp_path / "none.sqlite").close()
    assert not heard.news()
    assert troubles[1:] == [""]
    assert not Heard(None, troubles.append).news()
