"""The page's text. Set STILLWATCH_REGENERATE=1 to rewrite the golden file after an intended change."""

import os
import re
from pathlib import Path

import pytest
from tests.range.score.tiny import mixed, perfect

from stillwatch.range.score import compare, score
from stillwatch.range.score.figures import Comparison
from stillwatch.range.score.page import render_score

GOLDEN = Path(__file__).parent / "golden" / "score.html"


@pytest.fixture
def page(world, write) -> str:
    return render_score(compare({"run": write(mixed())}, world))


def test_the_tiny_world_gives_the_golden_page(page):
    if os.environ.get("STILLWATCH_REGENERATE") == "1":
        GOLDEN.write_text(page, encoding="utf-8", newline="\n")
    assert page == GOLDEN.read_text(encoding="utf-8"), (
        "run with STILLWATCH_REGENERATE=1 if the change is meant"
    )


def test_the_headline_says_who_was_caught_and_who_was_accused(page):
    assert "<h1>4 of 10 attack accounts caught, 1 honest account of 20 accused</h1>" in page


def test_the_page_loads_nothing_and_runs_nothing(page):
    assert "<script" not in page
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r'(?:href|src)="(?!#|data:image/)', page)


def test_ids_are_unique_and_references_lead_somewhere(world, write):
    runs = {"one": write(mixed(), "one.jsonl"), "two": write(perfect(), "two.jsonl")}
    page = render_score(compare(runs, world))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    named = re.findall(r'aria-labelledby="([^"]+)"', page)
    assert {each for names in named for each in names.split()} <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_several_runs_stand_in_one_table_and_one_drawing(world, write):
    runs = {"one": write(mixed(), "one.jsonl"), "two": write(perfect(), "two.jsonl")}
    page = render_score(compare(runs, world))
    assert "<h1>2 runs side by side</h1>" in page
    assert page.count('class="curve curve-2"') == 2  # the drawing and its legend
    assert page.index("Side by side") < page.index("All figures of this run")


def test_names_of_runs_cannot_add_an_element(world, write):
    page = render_score(Comparison({name: score(write(mixed()), world) for name in ("<b>x</b>", "<script>")}))
    assert "<b>x" not in page
    assert "<script" not in page


def test_an_honest_world_says_so_instead_of_drawing_nothing(world, write, tmp_path):
    alone = tmp_path / "honest" / "truth.csv"
    alone.parent.mkdir()
    honest = [line for line in (world / "truth.csv").read_text().splitlines() if "attack" not in line]
    alone.write_text("\n".join(honest) + "\n")
    lines = [line for line in perfect() if line["account_id"].startswith("h")]
    page = render_score(compare({"run": write(lines)}, alone))
    assert "nobody to catch in this world, no honest account of 20 accused" in page
    assert "Recall against dilution" not in page
