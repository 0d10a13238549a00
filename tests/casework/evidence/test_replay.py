"""A case is judged again from its snapshot alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.casework import campaigns, judged

from stillwatch.casework.cases import CaseStore
from stillwatch.casework.cases.rows import number_of
from stillwatch.casework.evidence import replay as replaying
from stillwatch.casework.evidence.replay import replay
from stillwatch.casework.evidence.replayed import Replay
from stillwatch.casework.tables import CASEWORK
from stillwatch.core.case import CaseDecision
from stillwatch.core.verdict import Call
from stillwatch.detection.deciding import decide, totals
from stillwatch.detection.replay import recorded
from stillwatch.detection.replay.recorded import Record, Site
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Ledger
from stillwatch.storage.sql import SqlDatabase


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    with SqlDatabase(tmp_path / "cases.sqlite", CASEWORK) as database:
        database.upgrade()
        yield CaseStore(database, Ledger(database))


def replayed(store: CaseStore, case_id: str = "case-1", evidence: str | None = None) -> Replay:
    with store.database.read() as connection:
        number = number_of(connection, case_id)
        return replay(connection, store.ledger, number, case_id, evidence)


def told_otherwise(change: Site) -> Record:
    """The run as if its site had been recorded differently."""
    run = judged.run()
    site = recorded.encoded(change)
    named = tuple(msgspec.structs.replace(each, site=recorded.address(site)) for each in run.campaigns)
    return msgspec.structs.replace(run, campaigns=named, site=site)


def test_the_run_found_both_campaigns_and_nobody_else() -> None:
    found = {each.verdict: len(each.accounts) for each in judged.run().campaigns}
    assert found == {Call.ATTACK: 16}
    assert sorted(len(each.accounts) for each in judged.run().campaigns) == [16, 20]


def test_a_case_gives_the_same_result_a_second_time(store: CaseStore) -> None:
    store.open_from(judged.run())
    for case_id in ("case-1", "case-2"):
        found = replayed(store, case_id)
        assert found.differences == ()
        assert (found.same, found.in_ledger, found.verdict, found.verdict_now) == (
            True,
            True,
            Call.ATTACK,
            Call.ATTACK,
        )
        assert (found.changed_code, found.changed_thresholds) == ((), ())
        assert found.attack == found.attack_now == store.get(case_id).accounts


def test_thresholds_that_were_tuned_since_do_not_change_what_was_proven(
    store: CaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack, small = decide.ATTACK, totals.SMALL
    store.open_from(judged.run())
    monkeypatch.setattr(decide, "ATTACK", 900.0)
    monkeypatch.setattr(totals, "SMALL", small + 1)
    found = replayed(store)
    assert (found.same, found.verdict_now, found.attack_now) == (True, Call.WATCH, 0)
    assert found.changed_thresholds == (
        f"decide.ATTACK was {attack}, is 900.0",
        f"totals.SMALL was {small}, is {small + 1}",
    )
    assert decide.ATTACK == 900.0  # what is at work was left alone


def test_a_module_or_detector_that_is_another_one_is_named(store: CaseStore) -> None:
    site = recorded.site_from(judged.run().site)
    store.open_from(
        told_otherwise(
            msgspec.structs.replace(
                site,
                code=site.code | {"decide": "0"},
                detectors=site.detectors | {"novelty": "1", "gone": "2"},
            )
        )
    )
    found = replayed(store)
    assert found.same
    assert found.changed_code == ("detection/deciding/decide.py", "detector gone (gone)", "detector novelty")


def test_a_figure_that_was_changed_is_told_in_every_part_of_the_result(store: CaseStore) -> None:
    site = recorded.site_from(judged.run().site)
    track, heaviest = judged.run().campaigns[0].tracks[0], judged.run().campaigns[0].reasons[0]
    last = max(k for k, c in enumerate(site.candidates) if c.numbers["track"] == track)
    usual = site.scales["known"][1][heaviest.detector][2]
    then = site.candidates[last].figures[heaviest.detector]
    figures = site.candidates[last].figures | {heaviest.detector: then - 0.1 * (then - usual)}
    weaker = msgspec.structs.replace(site.candidates[last], figures=figures)
    candidates = tuple(weaker if k == last else each for k, each in enumerate(site.candidates))
    store.open_from(told_otherwise(msgspec.structs.replace(site, candidates=candidates)))
    found = replayed(store)
    assert not found.same
    assert any(f"{heaviest.detector} weighs" in each for each in found.differences)
    assert any(f"candidate {track} at checkpoint 1: total is" in each for each in found.differences)


def test_evidence_that_was_touched_in_the_database_is_refused(store: CaseStore, tmp_path: Path) -> None:
    store.open_from(judged.run())
    with sqlite3.connect(tmp_path / "cases.sqlite") as raw:
        raw.execute("UPDATE evidence_contents SET content = (SELECT content FROM evidence_contents LIMIT 1)")
    with pytest.raises(StillwatchError) as told:
        replayed(store, "case-2")
    assert told.value.code == "SW-EVID-02"
    with sqlite3.connect(tmp_path / "cases.sqlite") as raw:
        raw.execute("DELETE FROM evidence_contents")
    with pytest.raises(StillwatchError) as told:
        replayed(store)
    assert told.value.code == "SW-EVID-01"


def test_a_case_without_a_recorded_site_says_so(store: CaseStore) -> None:
    store.open_from(campaigns.run(campaigns.campaign("cmp-a", campaigns.names(1, 20))))
    with pytest.raises(StillwatchError) as told:
        replayed(store)
    assert told.value.code == "SW-EVID-04"
    with pytest.raises(StillwatchError) as told:
        replayed(store, evidence="00ff")
    assert told.value.code == "SW-EVID-03"


def test_what_was_decided_upon_stays_when_newer_snapshots_come(store: CaseStore) -> None:
    run = judged.run()
    store.open_from(run)
    first = store.get("case-1").evidence
    store.claim("case-1", "analyst-1", 1)
    assert store.decide("case-1", CaseDecision.CONFIRMED, "analyst-1", 2, reason="seen").evidence == first
    for extra in range(1, 4):
        more = run.campaigns[0].accounts[0].__class__
        joined = tuple(more(f"new-{k}", -1, Call.WATCH, 0.5, 5, 5, None) for k in range(extra))
        grown = msgspec.structs.replace(run.campaigns[0], accounts=(*run.campaigns[0].accounts, *joined))
        store.open_from(msgspec.structs.replace(run, campaigns=(grown, run.campaigns[1])))
    with store.database.read() as connection:
        kept = replaying.snapshots.of_case(connection, 1)
    assert len(kept) < 4  # the steps between gave way
    assert replayed(store, evidence=first[:10]).same
    assert kept[-1].digest == store.get("case-1").evidence
    assert len({each.site for each in kept}) == 1
