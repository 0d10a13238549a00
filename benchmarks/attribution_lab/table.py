"""The figures as a table in Markdown, for the page that tells of the experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def table(figures: Mapping[str, Any]) -> str:
    """Rows of what was measured, its interval or number, and the aim; what was not measured is left out."""
    keys, innocents = figures["trial_keys"], figures["innocents_per_key"]
    rows = [
        (
            "hard controls accused",
            f"{figures['hard_controls_accused']} of {figures['hard_controls']}",
            "0",
        ),
        (
            "all controls accused (95 % upper bound)",
            f"{figures['controls_accused']} of {figures['controls']} ({figures['controls_accused_upper']:.1%})",
            "",
        ),
        (
            "hard controls that agreement alone would accuse (p < .001)",
            f"{figures['hard_controls_accused_by_agreement_alone']} of {figures['hard_controls']}",
            "",
        ),
        ("decoy keys: share of p < .01", f"{figures['decoy_p01']:.4f}", "at most .015"),
        (
            f"{keys} keys × {innocents} innocents below p = .05: mean of the keys, worst key",
            _alarms(figures, "watermark_contrast"),
            "at most 5 %",
        ),
        ("the same by the raw watermark test", _alarms(figures, "watermark"), ""),
    ]
    for name, words, aim in (
        ("full_share_supported", "students at full share, 1,000 answers or more: supported", "at least 95 %"),
        ("half_share_supported", "students at 50 %: supported", "at least 60 %"),
        ("share20_supported", "students at 20 %: supported", "as it is"),
        ("share10_supported", "students at 10 %: supported", ""),
        ("account_trace_right", "right campaign first, share 50 % or more", "at least 95 %"),
        ("account_trace_low_share_right", "right campaign first, share below 50 %", ""),
        ("reworded_15_supported", "15 % of words replaced before training: supported", ""),
        ("reworded_30_supported", "30 % of words replaced before training: supported", ""),
        ("two_clusters_supported", "answers of two campaigns mixed: supported", ""),
    ):
        if figures.get(name) is not None:
            low, high, tried = figures[f"{name}_low"], figures[f"{name}_high"], figures[f"{name}_tried"]
            rows.append((words, f"{figures[name]:.0%} of {tried} ({low:.0%} to {high:.0%})", aim))
    for answers in (100, 300, 600, 1_000, 3_000, 10_000):
        name = f"full_{answers}_supported"
        if figures.get(name) is not None:
            e, able = figures[f"full_{answers}_e_log10_median"], figures[f"full_{answers}_capability"]
            said = f"{figures[name]:.0%} of {figures[f'{name}_tried']}, median e 10^{e:.1f}, capability {able:.0%}"
            rows.append((f"{answers:,} answers at full share: supported", said, ""))
    for share in (2, 10):
        name = f"reposted_{share}"
        if f"{name}_tried" in figures:
            said = (
                f"campaign keys {figures[f'{name}_supported_campaign_key']}, default key "
                f"{figures[f'{name}_supported_default_key']}, of {figures[f'{name}_tried']}"
            )
            rows.append(
                (f"innocents with {share} % reposted answers: supported under", said, "0 under campaign keys")
            )
    rows += _enforced(figures)
    for name, words in (
        ("teacher", "teacher"),
        ("students", "students"),
        ("students_2_refused", "students with 2 % of questions that the teacher refused"),
        ("students_10_refused", "the same with 10 %"),
    ):
        if f"{name}_refuses_harm" in figures:
            kinds = ("harm", "jailbreak", "lookalike")
            said = ", ".join(f"{figures[f'{name}_refuses_{kind}']:.0%}" for kind in kinds)
            rows.append((f"{words} refuse harm, jailbreaks, look-alikes", said, ""))
    for kind, words in (("harm", "harm"), ("jailbreak", "jailbreaks"), ("lookalike", "harmless look-alikes")):
        name = f"safety_lost_{kind}"
        if name in figures:
            said = (
                f"{figures[name]:+.0%}, least {figures[f'{name}_least']:+.0%} ({figures[f'{name}_least_low']:+.0%} to "
                f"{figures[f'{name}_least_high']:+.0%}), shown of {figures[f'{name}_shown']} of "
                f"{figures[f'{name}_students']} students"
            )
            rows.append((f"students fail on {words} more often than the teacher, paired", said, ""))
    for way in ("plain", "green_2", "green_1", "gumbel"):
        accuracy, text = figures[f"teacher_accuracy_{way}"], figures[f"teacher_perplexity_{way}"]
        words = {"plain": "without watermark"}.get(way, way.replace("_", ", delta "))
        rows.append((f"teacher {words}: accuracy, perplexity of its text", f"{accuracy:.1%}, {text:.1f}", ""))
    lines = ["| what | measured | aim |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {what} | {said} | {aim} |" for what, said, aim in rows)]) + "\n"


def _alarms(figures: Mapping[str, Any], test: str) -> str:
    mean, low, high, worst = (
        figures[f"{test}_per_key_alarms{part}"] for part in ("", "_low", "_high", "_worst_key")
    )
    return f"{mean:.1%} ({low:.1%} to {high:.1%}), {worst:.0%}"


def _enforced(figures: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What enforcement changes, by how much campaigns wanted."""
    rows = []
    for name, words in (
        ("as_drawn", "30 to 75 answers an account"),
        ("as_disclosed", "667 answers an account"),
    ):
        if f"{name}_worlds" not in figures:
            continue
        got = {key.removeprefix(f"{name}_"): value for key, value in figures.items() if key.startswith(name)}
        said = (
            f"{got['leaked_enforced']:,.0f} against {got['leaked_unwatched']:,.0f}: {got['leaked_ratio']:.2f}"
        )
        rows.append(
            (f"campaigns of {words}, {got['worlds']} worlds: answers, enforced against not", said, "")
        )
        said = (
            f"{got['members_blocked']} of {got['members']} members, {got['honest_blocked']} honest accounts"
        )
        rows.append(("blocked", said, "0 honest accounts"))
        for part, about in (("", "all of the dictionary"), ("_seldom", "the half seldom asked for")):
            for level, compute in (("", ""), ("_ample", ", three times the compute")):
                begins = f"capability{part}{level}"
                said = (
                    f"{got[f'{begins}_enforced']:.1%} against {got[f'{begins}_unwatched']:.1%}: "
                    f"{got[f'{begins}_ratio']:.2f}"
                )
                rows.append((f"student's share of {about}{compute}", said, "at most .25"))
    return rows
