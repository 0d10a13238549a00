"""Fourteen days of attackers who have read how they are looked for: cloned, diluted, reworded."""

from __future__ import annotations

from stillwatch.range.spec import WorldSpec, usual

ABOUT = "14 days, 12,000 accounts, thirteen campaigns that clone honest people and dilute 20 to 95 %"
_ACCOUNTS = 12_000


def spec(accounts: int | None, split: str) -> WorldSpec:  # noqa: ARG001 - the contract of worlds
    """The campaigns grow and shrink with the accounts."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    plan = (
        ("reasoning_elicitation", 160, 40, 0.5, 0.4),
        ("rubric_grading", 100, 30, 0.4, 0.5),
        ("reasoning_and_rubric", 120, 30, 0.6, 0.5),
        ("agent_trajectories", 80, 30, 0.5, 0.4),
        ("coding_tasks", 120, 25, 0.7, 0.5),
        ("safe_rewrites", 60, 20, 0.6, 0.6),
        ("multilingual_sweep", 120, 20, 0.5, 0.5),
        ("coverage_sweep", 90, 40, 0.2, 0.6),
        ("trace_coercion", 150, 12, 0.8, 0.7),
        ("public_partition", 100, 30, 0.4, 0.0),
        ("free_rewriting", 100, 25, 0.5, 1.0),
    )
    campaigns = tuple(
        usual(
            family,
            size,
            accounts=members,
            exchanges=each,
            dilution=dilution,
            paraphrase=paraphrase,
            timing="cloned",
            infrastructure="cloned",
            age="aged",
            start=0.05 + 0.04 * index,
        )
        for index, (family, members, each, dilution, paraphrase) in enumerate(plan)
    )
    hidden = (
        usual(
            "reseller_hidden", size, accounts=8, exchanges=150, dilution=0.9, paraphrase=0.5, timing="cloned"
        ),
        usual("slow_burn", size, accounts=200, exchanges=5, dilution=0.95, paraphrase=0.6),
    )
    return WorldSpec(wanted, round(620_000 * size), 14, campaigns + hidden)
