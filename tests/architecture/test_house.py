"""The house rules a program can check: imports, lengths, names, and what a file may not contain."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "stillwatch"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST_MODULE = 400
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}

# Dots and hyphens stand in brackets so that the pattern does not match itself.
REGISTRY = re.compile(r"pypi[.]org|pythonhosted[.]|registry[.]npmjs|deb[.]debian[.]|index[-]url")
MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:root|work|farm|home/\w+|tmp)/[A-Za-z.]")


def tracked_texts() -> list[tuple[str, str]]:
    """Name and text of each file that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: what is tracked cannot be told")
    texts = []
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            texts.append((name, content.decode("utf-8", errors="replace")))
    return texts


def offences(pattern: re.Pattern[str]) -> list[str]:
    """Places where a pattern stands in a tracked file."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in tracked_texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_says_what_it_is_for_and_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    assert path.stem not in NAMES_THAT_SAY_NOTHING
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "a module begins with a docstring that says what it is for"


def test_no_file_names_a_package_registry() -> None:
    assert offences(REGISTRY) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert offences(MACHINE_PATH) == []


def test_every_locked_package_carries_its_hashes() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        entries = re.split(r"(?m)^(?=[a-z])", lock.read_text(encoding="utf-8"))[1:]
        assert entries, lock.name
        for entry in entries:
            assert re.match(
                r"[a-z0-9._-]+==\S+( ; [^\n]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", entry
            ), entry[:80]


def test_the_locks_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for lock in (ROOT / "requirements" / f"{name}.txt" for name in ("runtime", "dev", "build")):
        for name, version in re.findall(r"(?m)^([a-z0-9._-]+)==(\S+)", lock.read_text(encoding="utf-8")):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_what_the_package_needs_is_locked() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for lock, wanted in (
        ("runtime", project["dependencies"]),
        ("dev", project["optional-dependencies"]["dev"]),
    ):
        locked = re.findall(
            r"(?m)^([a-z0-9._-]+)==", (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
        )
        missing = [name for each in wanted if (name := re.split(r"[\[<>=~!]", each)[0]) not in locked]
        assert missing == [], f"run `make lock`: requirements/{lock}.txt lacks {missing}"
