"""Fourteen days with a campaign of every family and mixed knobs."""

from __future__ import annotations

from stillwatch.range.spec import WorldSpec, usual

ABOUT = "14 days, 12,000 accounts, thirteen campaigns of all families, from naive to well hidden"
_ACCOUNTS = 12_000


def spec(accounts: int | None, split: str) -> WorldSpec:  # noqa: ARG001 - the contract of worlds
    """The campaigns grow and shrink with the accounts."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    campaigns = (
        usual(
            "reasoning_elicitation",
            size,
            accounts=300,
            exchanges=70,
            timing="synchronised",
            infrastructure="shared",
        ),
        usual("rubric_grading", size, accounts=120, exchanges=60, churn=0.4, infrastructure="moderate"),
        usual(
            "reasoning_and_rubric", size, accounts=100, exchanges=50, timing="office", infrastructure="unique"
        ),
        usual(
            "agent_trajectories",
            size,
            accounts=90,
            exchanges=50,
            dilution=0.2,
            paraphrase=0.2,
            infrastructure="moderate",
        ),
        usual("coding_tasks", size, accounts=140, exchanges=45, dilution=0.5, paraphrase=0.3, churn=0.3),
        usual("safe_rewrites", size, accounts=60, exchanges=40, dilution=0.3, timing="synchronised"),
        usual(
            "multilingual_sweep", size, accounts=150, exchanges=40, dilution=0.2, infrastructure="moderate"
        ),
        usual(
            "coverage_sweep",
            size,
            accounts=80,
            exchanges=80,
            timing="jittered",
            infrastructure="shared",
            start=0.3,
        ),
        usual(
            "trace_coercion",
            size,
            accounts=200,
            exchanges=50,
            dilution=0.1,
            churn=0.5,
            infrastructure="moderate",
        ),
        usual("public_partition", size, accounts=110, exchanges=40, timing="office"),
        usual(
            "free_rewriting",
            size,
            accounts=90,
            exchanges=50,
            timing="cloned",
            infrastructure="cloned",
            age="aged",
        ),
        usual("reseller_hidden", size, accounts=10, exchanges=300),
        usual("slow_burn", size, accounts=150, exchanges=12),
    )
    return WorldSpec(wanted, round(640_000 * size), 14, campaigns)
