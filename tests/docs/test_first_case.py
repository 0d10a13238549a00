"""The tutorial's story happens as it is told: its commands are run, and what it shows is what they print."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
from pathlib import Path

import pytest

from stillwatch.cli import frame
from stillwatch.errors import ExitCode

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-case.md"
WORDS = {
    "ACCOUNT": r"^  attack +[\d,]+  (\S+)$",
    "APPROVAL": r"\b(apr-[0-9a-f]{16})\b",
    "APPEAL": r"\b(apl-[0-9a-z]{26})\b",
    "KEY": r"--key ([0-9a-f]{64})\b",
}
"""The words in capitals, and where their value is first seen."""


@dataclasses.dataclass
class Step:
    """One command of the page and the lines it is shown to print."""

    command: str
    shown: list[str]


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    for block in re.findall(r"(?ms)^```console\n(.*?)^```", text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Step(line[2:], []))
            elif line.strip():
                found[-1].shown.append(line)
    return found


class Reader:
    """Somebody who follows the page."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture
        self.values: dict[str, str] = {}

    def follow(self, step: Step) -> None:
        command = step.command
        for word, value in self.values.items():
            command = re.sub(rf"\b{word}\b", value, command)
        words = shlex.split(command)
        status, said = self.write(words) if words[0] == "echo" else self.call(words)
        refused = any(line.startswith("error[") for line in step.shown)
        assert status == (ExitCode.USAGE if refused else ExitCode.DONE), said
        self.compare(step, said)
        for word, pattern in WORDS.items():
            if word not in self.values and (seen := re.search(pattern, said, re.MULTILINE)):
                self.values[word] = seen[1]

    def write(self, words: list[str]) -> tuple[int, str]:
        *content, arrow, name = words[1:]
        assert arrow == ">"
        (self.folder / name).write_text(" ".join(content) + "\n", encoding="utf-8")
        return 0, ""

    def call(self, words: list[str]) -> tuple[int, str]:
        assert words[0] == "stillwatch"
        self.capture.readouterr()
        status = frame.run(words[1:])
        captured = self.capture.readouterr()
        return status, captured.out + captured.err

    def compare(self, step: Step, said: str) -> None:
        """Every line that is shown is printed; `…` stands for anything."""
        printed = said.splitlines()
        for shown in step.shown:
            pattern = ".*".join(re.escape(part) for part in re.sub(r"\s+", " ", shown.strip()).split("…"))
            lines = [re.sub(r"\s+", " ", line.strip()) for line in printed]
            assert any(re.fullmatch(pattern, line) for line in lines), (
                f"{step.command}\nshows not: {shown}\n{said}"
            )


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Reader:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("STILLWATCH_THREADS", "2")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("STILLWATCH_PERSON_TOKEN_FILE", raising=False)
    return Reader(tmp_path, capsys)


def test_the_story_happens_as_it_is_told(reader: Reader) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (terms,) = re.findall(r"(?ms)^```toml\n(.*?)^```", text)
    (reader.folder / "terms.toml").write_text(terms, encoding="utf-8")
    told = steps(text)
    assert len(told) > 25
    for step in told:
        if step.command.startswith("stillwatch ledger verify"):
            only_the_export(reader)
        reader.follow(step)
    assert set(reader.values) == set(WORDS)


def only_the_export(reader: Reader) -> None:
    """Take everything away that somebody outside does not have."""
    kept = reader.folder / "outside"
    kept.mkdir()
    (reader.folder / "ledger").rename(kept / "ledger")
    for name in ("stillwatch-node", "findings", "home"):
        (reader.folder / name).rename(reader.folder / f"{name}.gone")
    os.chdir(kept)


def test_a_changed_export_is_noticed_by_somebody_outside(reader: Reader) -> None:
    """The last step of the story means something: one letter changed in the export, and it fails."""
    for command in (
        "stillwatch people add administrator-1 --role administrator",
        "stillwatch people add analyst-1 --role analyst --by administrator-1",
        "stillwatch ledger export ledger",
    ):
        reader.follow(Step(command, []))
    entries = next(path for path in (reader.folder / "ledger").iterdir() if b"analyst-1" in path.read_bytes())
    entries.write_bytes(entries.read_bytes().replace(b"analyst-1", b"analyst-2", 1))
    status, said = reader.call(["stillwatch", "ledger", "verify", "ledger", "--key", reader.values["KEY"]])
    assert status == ExitCode.UNREADABLE, said
