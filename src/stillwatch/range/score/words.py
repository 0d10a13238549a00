"""Figures of a score in words: for the terminal, and as the page writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stillwatch.range.score.alarms import together
from stillwatch.reporting import wording

if TYPE_CHECKING:
    from stillwatch.range.score.figures import Comparison, Score
    from stillwatch.reporting.intervals import Share

NONE = "–"


def rate(value: float | None) -> str:
    """A measured rate: as many digits as it needs, 100 % only where it is all."""
    if value is None:
        return NONE
    hundred = value * 100
    if 0 < hundred < 0.1:
        shown = f"{hundred:.4f}"
    elif 0 < hundred < 1:
        shown = f"{hundred:.3f}"
    elif 99.9 < hundred < 100:
        shown = f"{min(hundred, 99.999):.3f}"
    else:
        shown = f"{hundred:.1f}".removesuffix(".0")
    return f"{shown}{wording.NO_BREAK}%"


def interval(share: Share) -> str:
    """The two-sided 95 % interval: ``41.2 to 58.8 %``."""
    if share.low is None or share.high is None:
        return NONE
    return f"{rate(share.low)} to {rate(share.high)}"


def of(share: Share) -> str:
    """The counts: ``39 of 63``."""
    return f"{wording.whole(share.part)} of {wording.whole(share.total)}"


def figure(value: float | None) -> str:
    """A figure between 0 and 1 that is no share of a count."""
    return NONE if value is None else f"{value:.3f}"


def number(value: float | None) -> str:
    """A count that may be half between two."""
    if value is None:
        return NONE
    return wording.whole(int(value)) if value == int(value) else f"{value:,.1f}"


def headline(score: Score) -> str:
    """The run in a line."""
    accused = score.fpr.part
    honest = "no honest account" if not accused else wording.counted(accused, "honest account")
    caught = (
        f"{of(score.recall)} attack accounts caught"
        if score.recall.total
        else "nobody to catch in this world"
    )
    return f"{caught}, {honest} of {wording.whole(score.fpr.total)} accused"


def lines(score: Score) -> list[str]:
    """The figures of a run for a terminal, one a line."""
    found = list(_accounts(score))
    found += [
        f"{name:<28}{rate(share.value):>9}   {of(share)} campaigns" for name, share in _campaigns(score)
    ]
    grouped = score.agreement
    found.append(f"{'pairwise F1, adjusted Rand':<28}{figure(grouped.f1):>9}   {figure(grouped.rand)}")
    found.append(
        f"{'AUROC, average precision':<28}{figure(score.area):>9}   {figure(score.average_precision)}"
    )
    found += _leaked(score)
    if score.seconds is not None:
        found.append(f"{'wall time':<28}{wording.duration(score.seconds):>9}")
    accused = [row for row in score.archetypes if row.share.part]
    found += [f"  accused: {row.name}, {of(row.share)} ({rate(row.share.value)})" for row in accused]
    return [line.replace(wording.NO_BREAK, " ") for line in found]


def table_rows(comparison: Comparison) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Several runs side by side: headings, then a row a run."""
    heads = (
        "Run",
        "Precision",
        "Recall",
        "FPR",
        "FPR at most",
        "Campaigns",
        "Pairwise F1",
        "Leaked, median",
        "Leaked, p95",
        "AP",
        "Time",
    )
    return heads, [_run(name, score) for name, score in comparison.scores.items()]


def _run(name: str, score: Score) -> Sequence[str]:
    leaked = None if score.leaks is None else together(score.leaks)
    return (
        name,
        rate(score.precision.value),
        rate(score.recall.value),
        rate(score.fpr.value),
        rate(score.fpr.upper),
        of(score.detected.half),
        figure(score.agreement.f1),
        number(leaked.median if leaked else None),
        number(leaked.p95 if leaked else None),
        figure(score.average_precision),
        NONE if score.seconds is None else wording.duration(score.seconds),
    )


def _accounts(score: Score) -> Iterator[str]:
    for name, share, what in (
        ("precision", score.precision, "accounts called attack"),
        ("recall", score.recall, "attack accounts"),
        ("honest accounts accused", score.fpr, "honest accounts"),
        ("honest accounts on watch", score.watched, "honest accounts"),
    ):
        most = f", at most {rate(share.upper)}" if share is score.fpr else ""
        yield f"{name:<28}{rate(share.value):>9}   {of(share)} {what}, 95 % interval {interval(share)}{most}"


def _campaigns(score: Score) -> Iterator[tuple[str, Share]]:
    yield "half of members called", score.detected.half
    yield "any member called", score.detected.any
    yield "five members called", score.detected.five
    yield "half, 20 accounts or more", score.detected.half_of_large


def _leaked(score: Score) -> list[str]:
    if score.leaks is None:
        return []
    return [
        f"{'leaked, ' + each.name:<28}{number(each.median):>9}   p95 {number(each.p95)}, "
        f"{wording.counted(each.campaigns, 'campaign')}, {each.never} never alarmed"
        for each in (together(score.leaks), *score.leaked_by_dilution())
    ]
