"""The documentation says what is so: links lead somewhere, commands exist, generated pages are current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import generate
from stillwatch.cli import failures
from stillwatch.cli.discovery import summaries
from stillwatch.errors import ExitCode
from stillwatch.reporting import findings

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "benchmarks" / "README.md"])
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """A page without its code blocks, in which brackets are no links."""
    return re.sub(r"(?ms)^( *)```.*?^\1```", "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_relative_link_leads_to_a_file(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", prose(path))
    missing = [
        link
        for link in links
        if not link.startswith(("http://", "https://", "mailto:", "#"))
        and not (path.parent / link.partition("#")[0]).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"(?:`|\$ )make ([a-z-]+)", path.read_text(encoding="utf-8")))
    assert named <= TARGETS


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_command_that_is_named_exists(path: Path) -> None:
    known = set(summaries(Path(failures.__file__).parent))
    named = set(re.findall(r"(?:`|\$ |bin/)stillwatch ([a-z-]+)", path.read_text(encoding="utf-8")))
    assert named <= known


@pytest.mark.parametrize("name", sorted(generate.writers()))
def test_a_generated_page_is_current(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == generate.page(name), "run `python -m docs.generate` and commit what it changes"


def test_every_exit_status_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    documented = {int(status) for status in re.findall(r"(?m)^\| (\d+) \|", page)}
    assert documented == {*map(int, ExitCode), failures.FAULT, failures.INTERRUPTED, failures.READER_GONE}


@pytest.mark.parametrize("status", [ExitCode.FOUND, ExitCode.GATE_REFUSED, ExitCode.REMOTE_FAILED])
def test_every_command_that_ends_with_a_status_of_its_own_is_named_where_it_is_documented(
    status: ExitCode,
) -> None:
    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"(?m)^\| {status:d} \|.*$", page)
    commands = ROOT / "src" / "stillwatch" / "cli"
    ends = {
        f"{path.parent.name.removesuffix('_commands')} {path.stem}".removeprefix("cli ")
        for path in (*commands.glob("*.py"), *commands.glob("*_commands/*.py"))
        if re.search(rf"return [^#\n]*ExitCode\.{status.name}\b", path.read_text(encoding="utf-8"))
    }
    assert ends
    assert {name for name in ends if f"`{name}`" not in row and f"`{name} " not in row} == set()


def test_every_remote_side_whose_failure_is_a_status_is_named_there() -> None:
    said = {
        "assistant": "the model that `assist` asks",
        "attribution": "a model under suspicion",
        "casework": "the provider of identities",
        "cli": "a product that a demonstration starts",
        "enforcement": "a gateway",
        "hub": "a hub",
        "node": "a node",
        "sharing": "a key service",
    }
    source = ROOT / "src" / "stillwatch"
    fails = {
        path.relative_to(source).parts[0]
        for path in source.rglob("*.py")
        if "exit_code=ExitCode.REMOTE_FAILED" in path.read_text(encoding="utf-8")
    }
    assert fails == set(said)
    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"(?m)^\| {ExitCode.REMOTE_FAILED:d} \|.*$", page)
    assert [words for words in said.values() if words not in row] == []


def test_every_output_file_is_documented_and_counted() -> None:
    page = (ROOT / "docs" / "reference" / "output.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)^## (\S+\.\w+)$", page)) == set(findings.FILES)
    assert f"writes {('seven', 'eight', 'nine')[len(findings.FILES) - 7]} files" in page


def test_every_error_code_of_the_source_is_documented() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    raised = {code for text in sources for code in re.findall(r'"(SW-[A-Z]+-\d\d)"', text)}
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    assert raised == set(re.findall(r"(?m)^\| `(SW-[A-Z]+-\d\d)` \|", page))


def test_every_page_stands_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if page not in navigation and not page.startswith("decisions/")] == []


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "$ make demo\n$ make test\n" in readme


def test_the_readme_begins_with_what_its_table_measured_and_a_picture() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = readme.partition("\n## ")[0]
    table = readme.partition("\n## Status")[2]
    figures = re.findall(r"\d+ of [\d,]+|\d+ %", first)
    assert len(figures) >= 3
    assert [each for each in figures if each not in table] == []
    picture = ROOT / re.findall(r"!\[[^\]]+\]\(([^)]+)\)", first)[0]
    assert 0 < picture.stat().st_size <= 300_000


def test_every_test_that_the_threat_model_names_exists() -> None:
    page = (ROOT / "docs" / "explanation" / "threat-model.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page)
    assert len(named) > 30
    gone = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert gone == []
    for section in page.split("\n### ")[1:]:
        for row in re.findall(r"(?m)^\| (?!threat |---)(.*) \|$", section):
            assert "`tests/" in row or "**Remains:**" in row, row
