"""``stillwatch config show``: each value and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path


def test_each_value_is_shown_with_its_origin(stillwatch, tmp_path: Path) -> None:
    (tmp_path / "stillwatch.toml").write_text("fdr = 0.002\n")
    shown = json.loads(stillwatch("config", "show", "--json", STILLWATCH_THREADS="3").stdout)
    assert shown["settings"]["fdr"] == {"value": 0.002, "origin": f"{tmp_path / 'stillwatch.toml'}:1"}
    assert shown["settings"]["threads"] == {"value": 3, "origin": "environment STILLWATCH_THREADS"}
    assert shown["settings"]["retention_days"] == {"value": 90, "origin": "default"}
    assert len(shown["digest"]) == 16


def test_the_config_option_may_stand_before_or_after_the_command(stillwatch, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("threads = 7\n")
    before = stillwatch("--config", "mine.toml", "config", "show")
    after = stillwatch("config", "show", "--config", "mine.toml")
    assert before.stdout == after.stdout
    assert ["threads", "7"] in [line.split()[:2] for line in after.stdout.splitlines()]


def test_a_wrong_setting_ends_with_the_usage_status_and_its_line(stillwatch, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("# ours\nthread = 7\n")
    done = stillwatch("config", "show", "--config", "mine.toml")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error[SW-CFG-01]: `thread` is no setting",
        "  --> mine.toml:2",
        "  help: did you mean `threads`?",
    ]


def test_the_password_of_a_database_is_not_shown(call, monkeypatch):
    for url, shown in (
        (
            "postgresql+psycopg://lab:s3cret@db.example.com/cases",
            "postgresql+psycopg://lab:…@db.example.com/cases",
        ),
        (
            "postgresql://db.example.com/cases?password=s3cret&sslmode=require",
            "postgresql://db.example.com/cases?password=…&sslmode=require",
        ),
    ):
        monkeypatch.setenv("STILLWATCH_CASES", url)
        for words in (("config", "show"), ("config", "show", "--json")):
            status, out, _ = call(*words)
            assert (status, shown in out, "s3cret" in out) == (0, True, False)
