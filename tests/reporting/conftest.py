"""Detection results to draw reports from: three unlike campaigns, a large run, a small one, an empty one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Callable

import pytest

from stillwatch.core.verdict import (
    Call,
    Campaign,
    DetectionResult,
    Link,
    Reason,
    Summary,
    Timeline,
    Unjudged,
    Verdict,
)

START = dt.datetime(2026, 11, 2, 6, 0, tzinfo=dt.UTC)
LINK_WORDS = {
    "content": "41 requests share wording that no other account of the site uses",
    "address": "both used one address that only 4 accounts have ever used",
    "payment": "one payment fingerprint, seen on 6 accounts",
    "client": "one client string, seen on 9 accounts",
}
CAMPAIGN_REASONS = (
    Reason("novel_wording", 23.4, "wording that is new on this site makes up 94 % of the shared requests"),
    Reason("work_splitting", 17.8, "3,120 tasks divided with 0.4 % overlap; chance would give 11 %"),
    Reason("answers_asked_for", 12.1, "88 % ask for a worked solution, a score and nothing else"),
    Reason("collective_rhythm", 6.2, "daily volumes rise and fall together (z = 5.1)"),
    Reason("own_history", 2.0, "two thirds of the accounts did something else until 1 November"),
    Reason("rare_infrastructure", 0.2, "few addresses in common"),
    Reason("organisation", -4.1, "six of the accounts belong to a verified organisation"),
    Reason("account_age", -8.3, "median account age is 400 days, like the site's honest customers"),
)
UNJUDGED = (
    Unjudged(
        "rare_infrastructure", ("ip", "payment_fingerprint"), "whether accounts share rare addresses or cards"
    ),
    Unjudged("reasoning_appetite", ("reasoning_tokens",), "whether hidden reasoning is being drawn out"),
)


def at(hours: float) -> str:
    return (START + dt.timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def summary_of(verdicts: tuple[Verdict, ...], campaigns: int, **changes: object) -> Summary:
    counts = {call.value: sum(v.verdict is call for v in verdicts) for call in Call}
    exchanges = sum(v.exchanges for v in verdicts)
    return dataclasses.replace(
        Summary(
            read=exchanges + 214,
            rejected=17,
            duplicates=197,
            accounts=len(verdicts),
            campaigns=campaigns,
            verdicts=counts,
            seconds={"read": 11.2, "sketch": 6.4, "link": 9.1, "decide": 0.6},
            version="0.1.0",
            config_digest="sha256:9f2c41d07be8",
            first_ts=at(0),
            last_ts=at(336),
            exchanges=exchanges,
            background=(
                "The first 30 % of this log served as background, for want of an earlier one. What began "
                "before 5 November may pass for normal, so verdicts are more cautious than with --baseline."
            ),
        ),
        **changes,
    )


def campaign_of(
    number: int,
    size: int,
    *,
    call: Call = Call.ATTACK,
    score: float = 0.9973,
    kinds: tuple[str, ...] = ("content", "address"),
    links_each: int = 4,
    bins: int = 336,
    alarm_hour: float | None = 61.3,
    reasons: tuple[Reason, ...] = CAMPAIGN_REASONS,
    missing: tuple[str, ...] = (),
    name: str = "acct-{:05d}",
    first: int = 0,
    innocent: str = (
        "A new bring-your-own-key app whose users all send its one template. Ask the owner of the client "
        "string; a registered app would explain the shared wording, but not the division of tasks."
    ),
) -> tuple[Campaign, tuple[Verdict, ...]]:
    rng = random.Random(number)
    accounts = tuple(name.format(first + index) for index in range(size))
    campaign_id = f"c-{rng.getrandbits(32):08x}"
    counts = {}
    for index, account in enumerate(accounts):
        begin = int(bins * min(0.8, 0.06 + 0.5 * index / size))
        busy = 9 / (1 + index * 0.12)
        counts[account] = tuple(
            max(0, int(rng.gauss(busy, 2))) if hour >= begin and (hour % 24) in range(7, 21) else 0
            for hour in range(bins)
        )
    verdicts = tuple(
        Verdict(
            account_id=account,
            verdict=Call.WATCH if call is Call.WATCH or index % 9 == 8 else Call.ATTACK,
            score=max(0.42, min(0.9996, score - 0.004 * index)),
            campaign_id=campaign_id,
            first_alarm_ts=None if alarm_hour is None or index % 9 == 8 else at(alarm_hour + index * 1.7),
            reasons=(
                Reason(
                    "novel_wording", 14.0 - index * 0.02, "61 of 74 requests carry the campaign's wording"
                ),
                Reason("own_history", -2.5, "the account is four years old"),
            ),
            exchanges=sum(counts[account]) + rng.randrange(5, 90),
            campaign_exchanges=sum(counts[account]),
        )
        for index, account in enumerate(accounts)
    )
    links = tuple(
        Link(
            accounts[index],
            accounts[max(0, index - 1 - int(rng.expovariate(0.15)))],
            kind,
            weight,
            LINK_WORDS[kind],
        )
        for index in range(1, size)
        for _ in range(links_each)
        for kind, weight in [(rng.choice(kinds), round(rng.uniform(6, 30), 1))]
    )
    exchanges = sum(v.campaign_exchanges for v in verdicts)
    campaign = Campaign(
        campaign_id=campaign_id,
        verdict=call,
        accounts=accounts,
        score=score,
        exchanges=exchanges,
        first_ts=at(0.06 * bins),
        last_ts=at(bins - 4.0),
        first_alarm_ts=None if alarm_hour is None else at(alarm_hour),
        leaked=exchanges if alarm_hour is None else min(812, exchanges // 3),
        reasons=reasons,
        innocent_explanation=innocent,
        missing=missing,
        links=links,
        timeline=Timeline(at(0), 3600, counts),
    )
    return campaign, verdicts


def honest(count: int, *, watch: int = 0) -> tuple[Verdict, ...]:
    rng = random.Random(count)
    return tuple(
        Verdict(
            account_id=f"cust-{index:06d}",
            verdict=Call.WATCH if index < watch else Call.CLEAR,
            score=0.61 - 0.03 * index if index < watch else round(rng.random() * 0.05, 4),
            campaign_id=None,
            first_alarm_ts=None,
            reasons=(Reason("coverage", 7.5, "works through 212 of 240 topic cells evenly"),)
            if index < watch
            else (Reason("novel_wording", -6.0, "no wording that is new on this site"),),
            exchanges=rng.randrange(1, 900),
        )
        for index in range(count)
    )


def result_of(
    *parts: tuple[Campaign, tuple[Verdict, ...]],
    others: tuple[Verdict, ...] = (),
    unjudged: tuple[Unjudged, ...] = (),
    **changes: object,
) -> DetectionResult:
    campaigns = tuple(campaign for campaign, _ in parts)
    verdicts = tuple(verdict for _, members in parts for verdict in members) + others
    return DetectionResult(summary_of(verdicts, len(campaigns), **changes), verdicts, campaigns, unjudged)


@pytest.fixture(scope="session")
def varied() -> DetectionResult:
    """A dozen accounts, two hundred accounts, and five on watch only, in 3,400 accounts."""
    small = campaign_of(1, 12, kinds=("content", "address", "payment"), links_each=2)
    large = campaign_of(
        2, 200, score=0.99995, first=100, alarm_hour=40.5, missing=("ip", "payment_fingerprint")
    )
    doubtful = campaign_of(
        3,
        5,
        call=Call.WATCH,
        score=0.583,
        first=400,
        kinds=("client",),
        links_each=1,
        bins=60,
        alarm_hour=None,
        reasons=CAMPAIGN_REASONS[2:],
        innocent=(
            "A class that was given one exercise. Ask the organisation whether a course began on 3 November."
        ),
    )
    return result_of(doubtful, small, large, others=honest(3200, watch=7), unjudged=UNJUDGED)


@pytest.fixture(scope="session")
def small() -> DetectionResult:
    """One campaign of four accounts among ten: small enough for a golden file that people can read."""
    return result_of(
        campaign_of(7, 4, bins=48, alarm_hour=30.0, links_each=1),
        others=honest(6, watch=1),
        unjudged=UNJUDGED,
    )


@pytest.fixture(scope="session")
def empty() -> DetectionResult:
    """A log in which nothing was found."""
    return result_of(others=honest(900))


@pytest.fixture(scope="session")
def huge() -> DetectionResult:
    """Twenty campaigns of 250 accounts with long names, and 50,000 clear ones."""
    name = "account-" + "x" * 280 + "-{:05d}"
    parts = [
        campaign_of(number, 250, first=number * 250, links_each=6, bins=120, name=name)
        for number in range(20)
    ]
    return result_of(*parts, others=honest(50_000))


@pytest.fixture(scope="session")
def make_campaign() -> Callable[..., tuple[Campaign, tuple[Verdict, ...]]]:
    """Builds a campaign and the verdicts on its accounts."""
    return campaign_of


@pytest.fixture(scope="session")
def make_result() -> Callable[..., DetectionResult]:
    """Builds a result from campaigns and other accounts."""
    return result_of
