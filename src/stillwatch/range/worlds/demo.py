"""Ten days with three campaigns of different kinds among all honest archetypes, for a demonstration."""

from __future__ import annotations

from stillwatch.range.campaigns import families_of, family
from stillwatch.range.kinds import Kind
from stillwatch.range.spec import WorldSpec, planned, sized
from stillwatch.range.splits import TRAIN
from stillwatch.range.tactics import CAMOUFLAGED, MIXED, PLAIN, tactics_of

ABOUT = "10 days, 3,300 accounts, three campaigns: an obvious one, a diluted one, a well hidden one"
_ACCOUNTS = 3300
_USUAL = ("reasoning_elicitation", "reasoning_and_rubric", "coding_tasks")


def spec(accounts: int | None, split: str) -> WorldSpec:
    """The campaigns grow and shrink with the accounts."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    first, second, third = _USUAL if split == TRAIN else _alike(split)
    campaigns = (
        planned(
            first,
            split,
            _tactic(split, PLAIN),
            accounts=120,
            exchanges=75,
            paraphrase=0.05,
            start=0.1,
            dilution=0,
        ),
        planned(
            second,
            split,
            _tactic(split, MIXED),
            accounts=80,
            exchanges=50,
            paraphrase=0.4,
            dilution=0.4,
            start=0.2,
        ),
        planned(
            third,
            split,
            _tactic(split, CAMOUFLAGED),
            accounts=60,
            exchanges=30,
            paraphrase=0.25,
            dilution=0.7,
            churn=0.0,
            start=0.45,
        ),
    )
    return WorldSpec(wanted, round(160_000 * size), 10, tuple(sized(each, size) for each in campaigns))


def _tactic(split: str, level: str) -> str:
    """The split's last tactic of that level; for the split ``train`` those of the README's picture."""
    usual = {PLAIN: "crude", MIXED: "office_hours", CAMOUFLAGED: "mimicry"}
    return usual[level] if split == TRAIN else tactics_of(split, level)[-1]


def _alike(split: str) -> list[str]:
    """Families of another split that come nearest to the usual three."""
    names = families_of(split)
    kinds = (Kind.TEMPLATE, Kind.GRADING, Kind.AGENTIC)
    return [next(name for name in names if kind == family(name).KIND) for kind in kinds]
