"""The reports of a lab that has worked for five weeks: golden, self-contained, provable, and careful with small counts."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from pathlib import Path

import orjson
import pytest
from blake3 import blake3
from tests.casework.lab import Lab
from tests.reporting.reports.busy import past, sources
from tests.reporting.reports.weeks import week_of_lab

from stillwatch.errors import StillwatchError
from stillwatch.reporting.pdf import as_pdf
from stillwatch.reporting.reports.contract import Asked, Report
from stillwatch.reporting.reports.making import make
from stillwatch.reporting.reports.registry import kind, kinds
from stillwatch.reporting.reports.shelf import Shelf
from stillwatch.reporting.sheets.period import period_of
from stillwatch.reporting.weekly_report.notices import notices
from stillwatch.storage.ledger.proof_file import verify_proof

GOLDEN = Path(__file__).with_name("golden")
SUBJECTS = {"case-file": "case-8", "government": "case-8", "loss": "case-8"}
OWN = ("backtest", "transparency", "weekly")


@pytest.fixture(scope="module")
def made(lab: Lab) -> dict[str, Report]:
    """Every report that this lab can give."""
    found = sources(lab)
    return {
        name: each.build(found, Asked(subject=SUBJECTS.get(name, "")))
        for name, each in kinds().items()
        if name in {*OWN, *SUBJECTS}
    }


def same(page: str) -> str:
    """The page without what is drawn anew for each ledger."""
    return re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", re.sub(r"\b[0-9a-f]{32}\b", "LOG", page))


@pytest.mark.parametrize("name", OWN)
def test_the_page_is_as_it_was_looked_at(made: dict[str, Report], name: str) -> None:
    page, golden = same(made[name].page), GOLDEN / f"{name}.html"
    if os.environ.get("STILLWATCH_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, encoding="utf-8", newline="\n")
    assert page == golden.read_text(encoding="utf-8"), (
        "look at it, then write it anew with STILLWATCH_WRITE_GOLDEN=1"
    )


@pytest.mark.parametrize("name", [*OWN, *SUBJECTS])
def test_a_report_loads_nothing_runs_nothing_and_is_the_same_as_data(
    made: dict[str, Report], name: str
) -> None:
    report = made[name]
    assert "default-src &#x27;none&#x27;" in report.page
    assert "<script" not in report.page
    assert not re.search(r'(?:src|href)="(?!#|data:image/)', report.page)
    assert orjson.loads(orjson.dumps(dict(report.data))) == json.loads(json.dumps(report.data))
    assert report.title
    assert re.fullmatch(r"[A-Za-z0-9.-]+", report.about)


@pytest.mark.parametrize("name", OWN)
def test_every_own_report_says_first_what_it_found_then_how_and_what_not(
    made: dict[str, Report], name: str
) -> None:
    heads = re.findall(r"<h2 id=\"\w[\w-]*\">([^<]+)</h2>", made[name].page)
    assert heads[0] == "In short"
    assert heads[-3:] == ["How it was counted", "What it does not show", "Where it comes from"]


def test_a_report_that_was_made_is_proven_by_the_ledger(lab: Lab, tmp_path: Path) -> None:
    kept = make(kind("weekly"), sources(lab), Asked(), Shelf(tmp_path))
    body = (tmp_path / kept.name / "report.json").read_bytes()
    proof = json.loads((tmp_path / kept.name / "proof.json").read_bytes())
    assert verify_proof(proof, lab.records.ledger.current_key()).entries == 1
    entry = json.loads(proof["entries"][0]["leaf"])
    assert (entry["kind"], entry["subject"], entry["by"]) == ("report-made", "weekly", "analyst-1")
    assert entry["details"]["report"] == blake3(body).hexdigest() == kept.digest
    assert Shelf(tmp_path).list() == (kept,)


def test_a_report_is_drawn_as_pdf_twice_the_same(made: dict[str, Report]) -> None:
    pytest.importorskip("weasyprint")
    report = made["transparency"]
    pdf = as_pdf(report.page, report.day)
    assert pdf.startswith(b"%PDF-")
    assert pdf == as_pdf(report.page, report.day)


def test_the_public_report_shows_no_count_below_ten_and_names_nobody(made: dict[str, Report]) -> None:
    report = made["transparency"]
    counts = report.data["counts"]
    assert counts["cases|total|total"] == 14
    assert counts["cases|total|confirmed"] is None
    assert all(value is None or value == 0 or value >= 10 for value in counts.values())
    assert "acct-" not in report.page + json.dumps(report.data)
    assert "analyst-1" not in report.page + json.dumps(report.data)
    assert report.data["provenance"]["by"] == "analyst"
    assert report.data["provenance"]["ledger"]["entries"] is None


@pytest.mark.parametrize("text", ["2026-W10", "2026-04", "2026-Q2", "2026-03-01..2026-03-09"])
def test_no_public_report_is_made_that_another_could_be_subtracted_from(lab: Lab, text: str) -> None:
    with pytest.raises(StillwatchError) as caught:
        kind("transparency").build(sources(lab), Asked(period_of(text)))
    assert caught.value.code == "SW-REP-04"


def test_a_month_is_not_published_beside_its_quarter(lab: Lab, tmp_path: Path) -> None:
    make(kind("transparency"), sources(lab), Asked(period_of("2026-Q1")), Shelf(tmp_path))
    kind("transparency").build(sources(lab), Asked(period_of("2026-Q1")))
    with pytest.raises(StillwatchError) as caught:
        kind("transparency").build(sources(lab), Asked(period_of("2026-03")))
    assert caught.value.code == "SW-REP-05"
    assert "quarters" in caught.value.hint


def test_the_week_counts_what_the_ledger_has_and_says_what_to_look_at(made: dict[str, Report]) -> None:
    data = made["weekly"].data
    assert data["casework"]["opened"] == 5
    assert data["casework"]["decided"] == {"confirmed": 2, "innocent": 1}
    assert data["before"]["opened"] == 4
    assert data["queue"]["waiting"] == 3
    assert data["growth"]["whole"] is True
    assert [week[1:] for week in data["weeks"][-2:]] == [[4, 3], [5, 3]]
    assert any("second person" in each for each in data["look_first"])
    assert "5 cases came" in made["weekly"].title


def test_the_week_says_so_when_the_ledger_was_changed(lab: Lab) -> None:
    week = week_of_lab(lab)
    assert week.growth is not None
    broken = dataclasses.replace(week, growth=dataclasses.replace(week.growth, whole=False))
    assert "was changed" in notices(broken)[0]
    assert "no signed head" in notices(dataclasses.replace(week, growth=None))[0]


def test_a_back_test_says_how_sure_it_is_and_what_rests_on_people(made: dict[str, Report]) -> None:
    data = made["backtest"].data
    assert data["innocent_of_known"]["share_part"] == 2
    assert data["attackers_acted_on"]["share_total"] == 24
    assert data["labelled"] == 3
    assert [each["both"] for each in data["overlap"]] == [24]
    assert [hit["account"] for hit in data["outcome"]["hits"] if hit["handled"]] == ["acct-00005"] * 2
    assert list(data["outcome"]["missed"]) == ["acct-00040"]


def test_names_from_traffic_cannot_change_a_report(lab: Lab) -> None:
    nasty = "<img src=x onerror=alert(1)>‮"
    old = past()
    calls = tuple(
        dataclasses.replace(v, account_id=nasty) if v.account_id == "acct-00001" else v
        for v in old.checkpoints[-1].verdicts
    )
    changed = dataclasses.replace(
        old, checkpoints=(dataclasses.replace(old.checkpoints[-1], verdicts=calls),)
    )
    found = dataclasses.replace(sources(lab), past=lambda: changed)
    page = kind("backtest").build(found, Asked()).page
    assert "<img" not in page
    assert "&lt;img src=x" in page
    assert "‮" not in page


def test_what_is_missing_is_said_with_what_to_do(lab: Lab) -> None:
    bare = dataclasses.replace(sources(lab), past=None)
    for name, code in (("backtest", "SW-REP-01"), ("case-file", "SW-REP-01"), ("government", "SW-REP-01")):
        with pytest.raises(StillwatchError) as caught:
            kind(name).build(bare, Asked())
        assert (caught.value.code, bool(caught.value.hint)) == (code, True)
    with pytest.raises(StillwatchError) as caught:
        kind("weekyl")
    assert caught.value.hint == "did you mean weekly?"


@pytest.mark.parametrize("file", ["../about.json", "..", "a/../../x", "/etc/passwd", "nothing.html", ""])
def test_the_shelf_gives_out_nothing_but_reports(tmp_path: Path, file: str) -> None:
    (tmp_path / "about.json").write_text("{}")
    with pytest.raises(StillwatchError) as caught:
        Shelf(tmp_path / "shelf").file("weekly-1", file)
    assert caught.value.code == "SW-REP-08"
