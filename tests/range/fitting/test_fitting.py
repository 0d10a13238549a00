"""A fit of some kinds of candidates leaves the others as they are, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.range.fitting.test_scorecard import examples

from stillwatch.detection.weighing.kinds import KINDS
from stillwatch.detection.weighing.scales import learned, read
from stillwatch.range.fitting import fitting


def test_kinds_that_are_not_fitted_keep_their_scales_and_what_the_card_says_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "examples_of", lambda *_, **__: examples() + examples(cold=True))
    monkeypatch.setattr(
        fitting, "ablation", lambda *_: {}
    )  # these examples have too few figures to go without one
    lessons = [("demo", 1, 300, False), ("demo", 2, 300, True)]
    target = tmp_path / "x.toml"
    fitting.fit_to(lessons, tmp_path, target, threads=1, say=lambda _: None, kinds=["known"])
    scales, own = read(target.read_text(encoding="utf-8"), "x"), learned()
    changed = {
        kind for kind in KINDS if scales.cards[kind].base != pytest.approx(own.cards[kind].base, abs=1e-3)
    }
    assert changed == {"known"}
    assert scales.card["cold_unseen_world"] == own.card["cold_unseen_world"]
    assert scales.card["without_crew"] == own.card["without_crew"]
    assert scales.card["known_unseen_world"]["auroc"] > 0.9
    assert scales.card["lessons"] == ["demo-1-300", "demo-2-300-varied"]
    assert "standard-1001-3000" in scales.card["kept_cold"]["lessons"]
