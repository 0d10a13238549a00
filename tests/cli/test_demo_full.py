"""``stillwatch demo full``: the whole loop, from a harvest to a ledger that somebody else can check."""

from __future__ import annotations

import json

from stillwatch.errors import ExitCode


def test_the_whole_loop_is_played_and_measured(call, tmp_path):
    status, out, err = call("demo", "full", "--out", "story", "--accounts", 260, "--json")
    assert status == ExitCode.DONE, err
    figures = json.loads(out)
    assert json.loads((tmp_path / "story" / "story.json").read_text()) == figures
    assert figures["a_called"] >= figures["a_members"] / 2
    assert figures["honest_accused"] == 0
    assert figures["gateway_refused"] == figures["gateway_asked_blocked"] > 0
    assert figures["gateway_served"] == figures["gateway_asked_customers"] > 0
    assert figures["shared"] > 0
    assert figures["b_leaked_warned"] <= figures["b_leaked_alone"]
    assert figures["appeal_before"] == 403
    assert figures["agency_objects"] > 0
    assert figures["ledger_entries"] > 10
    assert (figures["copy_verdict"], figures["copy_verified"]) == ("supported", True)
    assert figures["copy_knows"] > 0.5 > 0.1 > figures["controls_know"]
    assert (
        figures["harm_answered_by_teacher"] <= 2 < figures["harm_answered_by_copy"] <= figures["harm_asked"]
    )
    assert figures["safety_gap_shown"]
    assert 0 < figures["safety_gap_low"] < figures["safety_gap"]
    assert 0 < figures["loss_low"] < figures["loss_high"]
    assert "lab-a$ stillwatch case decide case-1 confirmed" in err
    assert (tmp_path / "story" / "lab-a" / "handed-over" / "report.html").is_file()


def test_a_folder_that_is_not_empty_is_left_alone(call, tmp_path):
    (tmp_path / "story").mkdir()
    (tmp_path / "story" / "mine.txt").write_text("mine")
    status, _, err = call("demo", "full", "--out", "story")
    assert status == ExitCode.USAGE
    assert "SW-STORY-03" in err
    assert [path.name for path in (tmp_path / "story").iterdir()] == ["mine.txt"]
