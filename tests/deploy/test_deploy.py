"""What is shipped to run Stillwatch with: units, containers, dashboards and alerts say what is so."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml
from docs.metrics_page import metrics

from stillwatch.cli.frame import root

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
WATCHING = [*(DEPLOY / "grafana").glob("*.json"), DEPLOY / "prometheus" / "alerts.yml"]
EXPOSURE = 20
"""Tenths of systemd's exposure level, which is 96 for a unit that says nothing."""


def needed(program, package):
    """Skips where the program is not installed; fails where nothing may be missing."""
    if shutil.which(program) is None:
        missing = f"{program}, of Debian's package {package}, is not installed"
        if os.environ.get("STILLWATCH_REQUIRE_SERVICES") == "1":
            pytest.fail(missing)
        pytest.skip(missing)


def command_of(words):
    """The command that words call, and the options among them."""
    command = root
    words = list(words)
    while words and isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words.pop(0))
        assert command is not None
    return command, [word for word in words if word.startswith("--")]


def started():
    """Each command line that a unit or a container starts."""
    for unit in UNITS:
        line = re.search(r"(?m)^ExecStart=(.*)$", unit.read_text(encoding="utf-8"))
        yield unit.name, shlex.split(line[1])[1:]
    compose = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))
    for name, service in compose["services"].items():
        if "command" in service:
            yield name, service["command"]


@pytest.mark.parametrize(
    ("name", "words"), list(started()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_what_is_started_exists_with_its_options(name, words):
    command, options = command_of(words)
    known = {each for parameter in command.params for each in parameter.opts}
    assert set(options) <= known


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_sound_and_may_do_little(unit, tmp_path):
    needed("systemd-analyze", "systemd")
    program = tmp_path / "stillwatch"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copied = tmp_path / unit.name
    copied.write_text(
        unit.read_text(encoding="utf-8").replace("/opt/stillwatch/bin/stillwatch", str(program))
    )
    sound = subprocess.run(["systemd-analyze", "verify", copied], capture_output=True, text=True, check=False)
    assert (sound.returncode, sound.stderr) == (0, "")
    safe = ["systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE}", copied]
    assert subprocess.run(safe, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("path", WATCHING, ids=lambda path: path.name)
def test_dashboards_and_alerts_ask_for_metrics_that_there_are(path):
    known = {row.name for program in ("node", "hub", "keyservice") for row in metrics(program)}
    asked = set(re.findall(r"\bstillwatch_[a-z_]+\b", path.read_text(encoding="utf-8")))
    assert asked
    assert asked <= known


def test_every_alert_says_what_is_wrong_and_what_to_do():
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "action"}


def test_the_alerts_fire_when_they_should_and_only_then(tmp_path):
    needed("promtool", "prometheus")
    shutil.copy(DEPLOY / "prometheus" / "alerts.yml", tmp_path)
    shutil.copy(Path(__file__).parent / "alerts_test.yml", tmp_path)
    tried = subprocess.run(
        ["promtool", "test", "rules", tmp_path / "alerts_test.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_dashboards_have_a_sentence_for_each_panel():
    for path in (DEPLOY / "grafana").glob("*.json"):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            assert panel["description"].endswith(".")
            assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


def test_containers_publish_to_this_machine_only_and_run_without_rights():
    compose = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))
    for service in compose["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "\nUSER 8440\n" in (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
