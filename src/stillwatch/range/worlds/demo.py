"""Ten days with three campaigns of different kinds among all honest archetypes, for a demonstration."""

from __future__ import annotations

from stillwatch.range.spec import WorldSpec, usual

ABOUT = "10 days, 3,300 accounts, three campaigns: an obvious one, a diluted one, a well hidden one"
_ACCOUNTS = 3300


def spec(accounts: int | None, split: str) -> WorldSpec:  # noqa: ARG001 - the contract of worlds
    """The campaigns grow and shrink with the accounts."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    return WorldSpec(
        accounts=wanted,
        exchanges=round(160_000 * size),
        days=10,
        campaigns=(
            usual(
                "reasoning_elicitation",
                size,
                accounts=120,
                exchanges=75,
                paraphrase=0.05,
                timing="synchronised",
                infrastructure="shared",
                start=0.1,
            ),
            usual(
                "reasoning_and_rubric",
                size,
                accounts=80,
                exchanges=50,
                paraphrase=0.4,
                dilution=0.4,
                timing="office",
                infrastructure="unique",
                start=0.2,
            ),
            usual(
                "coding_tasks",
                size,
                accounts=60,
                exchanges=30,
                paraphrase=0.25,
                dilution=0.7,
                timing="cloned",
                infrastructure="cloned",
                age="aged",
                start=0.45,
            ),
        ),
    )
