"""Where attacks are tried out: honest people, sketched once, and one campaign among them, judged by the detector."""

from __future__ import annotations

import dataclasses
import os
import shutil
from typing import TYPE_CHECKING, Final

from stillwatch.core.verdict import Call
from stillwatch.range.adaptive.traffic import traffic_of
from stillwatch.range.live.judge import Judge
from stillwatch.range.live.pseudonyms import fixed_key
from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.live.judge import Judged
    from stillwatch.range.world import World
    from stillwatch.settings import Settings

PEOPLE: Final = 1500
TRAFFIC: Final = 75_000
_HOME: Final = "benign"
_LEAST_OVERLAP: Final = 0.3


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """How an attack fared.

    Attributes:
        recall: share of its accounts called ``attack`` by the end.
        evidence: posterior decibans of the strongest candidate made up of its accounts; None if there was none.
        answers: unique answers got in all, if nothing is done about the alarm.
        before_alarm: those got before the first alarm on any of its accounts.
        accused: honest accounts called ``attack``.
    """

    attack: Attack
    recall: float
    evidence: float | None
    answers: int
    before_alarm: int
    accused: int


class Arena:
    """Honest people of one split with their history; attacks are added one at a time.

    Args:
        work: scratch folder.
        settings: of the detector.
        seed: of the people.
        split: whose wording they use.
        people: honest accounts.
        traffic: their exchanges.
    """

    def __init__(
        self,
        work: Path,
        settings: Settings,
        seed: int,
        split: str,
        *,
        people: int = PEOPLE,
        traffic: int = TRAFFIC,
    ) -> None:
        self._work = work
        self._seed = seed
        self.split = split
        self._judge = Judge(work, settings, fixed_key())
        honest = make_world(_HOME, seed, people, traffic, split=split)
        past = make_world(f"{_HOME}-history", seed, people, traffic, split=split)
        self._site = honest.site
        earlier = write_world(past, work / "earlier").logs
        self._judge.learn_from(earlier)
        self._base = self._judge.open(work / "honest")
        self._judge.take(self._base, write_world(honest, work / "now").logs)

    def trial(self, attack: Attack) -> Trial:
        """Judge the honest traffic with this attack in it."""
        world = traffic_of(attack, self._site, self._seed)
        folder = self._work / "trial"
        shutil.rmtree(folder, ignore_errors=True)
        # Parts of a store never change, so that a trial's store can begin with links to those of the honest one.
        shutil.copytree(
            self._base.path, folder / "store", copy_function=os.link, ignore=shutil.ignore_patterns(".lock")
        )
        store = self._judge.open(folder / "store")
        self._judge.take(store, write_world(world, folder / "logs").logs)
        return _read(attack, world, self._judge.judge(store))


def _read(attack: Attack, world: World, judged: Judged) -> Trial:
    """What the verdicts say about the attack."""
    verdicts = {verdict.account_id: verdict for verdict in judged.result.verdicts}
    members = world.truth.keys()
    called = [account for account in members if verdicts[account].verdict is Call.ATTACK]
    alarms = [verdicts[account].first_alarm_ts for account in called]
    first = min((alarm for alarm in alarms if alarm is not None), default=None)
    answers, before = _answers(attack, world, first)
    return Trial(
        attack,
        len(called) / len(members),
        _evidence(judged, set(members)),
        answers,
        before,
        sum(v.verdict is Call.ATTACK for v in judged.result.verdicts if v.account_id not in members),
    )


def _answers(attack: Attack, world: World, alarm: str | None) -> tuple[int, int]:
    """Answers of full worth, in all and before an alarm: requests got, divided by what one answer takes."""
    harvest = {request for request, campaign in world.exchange_truth() if campaign is not None}
    got = before = 0
    for record in world.exchanges():
        if record["status"] == 200 and record["request_id"] in harvest:
            got += 1
            before += alarm is None or record["ts"] <= alarm
    return round(got / attack.per_answer), round(before / attack.per_answer)


def _evidence(judged: Judged, members: set[str]) -> float | None:
    """The strongest sum of decibans among candidates to which the attack's accounts belong."""
    found = []
    judgement, accounts = judged.outcome.judgement, judged.frame.accounts
    for track, snapshot in judgement.latest.items():
        names = [accounts[number] for number in snapshot.accounts.tolist()]
        if sum(name in members for name in names) >= _LEAST_OVERLAP * len(names):
            found.append(judgement.decisions[snapshot.checkpoint, track].total)
    return max(found, default=None)
