"""What ``policy backtest`` does: gathers the past and what is known about accounts, replays, counts."""

from __future__ import annotations

import csv
import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.cli import findings as files
from stillwatch.cli.options import current_settings
from stillwatch.core.decision import Action, Mode, Scope
from stillwatch.enforcement.backtest import Checkpoint, Hit, Kind, Replay, checkpoints_of, replay
from stillwatch.enforcement.drafts import MACHINES
from stillwatch.enforcement.moments import moment_of, seconds_of
from stillwatch.enforcement.policy import Policy
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.cli.output import Output
    from stillwatch.enforcement.facts import Details

TITLES: Final = ("rule", "caught", "innocent hit", "undecided", "already handled", "held by the brake")


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; see the command's options."""

    policy: Path
    findings: tuple[Path, ...]
    store: Path | None
    labels: Path | None
    current: Path | None
    node: Path | None
    organizations: Path | None
    believe_places: bool


def backtest(asked: Asked, output: Output) -> Replay:
    """Replay the past under the policy.

    Raises:
        StillwatchError: something named cannot be read or used.
    """
    policy = Policy.load(asked.policy)
    past = _past(asked, output)
    details = _details(asked, policy)
    covered, innocent = _known_to_node(asked.node)
    labels = dict.fromkeys(innocent, False) | (_labels(asked.labels) if asked.labels else {})
    handled = set(covered)
    if asked.current is not None:
        in_force = replay(Policy.load(asked.current), past, details=details)
        handled |= {hit.account for hit in in_force.hits}
    return replay(policy, past, labels=labels, handled=handled, details=details)


def rows(outcome: Replay) -> list[tuple[object, ...]]:
    """Counts of accounts, a row a rule."""
    rules = list(dict.fromkeys(hit.rule_id for hit in outcome.hits))
    found: list[tuple[object, ...]] = [
        (
            rule,
            len(outcome.of(Kind.CAUGHT, rule)),
            len(outcome.of(Kind.INNOCENT, rule)),
            len(outcome.of(Kind.UNDECIDED, rule)),
            sum(hit.handled for hit in outcome.hits if hit.rule_id == rule),
            sum(hit.held for hit in outcome.hits if hit.rule_id == rule),
        )
        for rule in rules
    ]
    return found or [("no rule fired", 0, 0, 0, 0, 0)]


def lists(outcome: Replay) -> dict[str, list[Hit]]:
    """Hits by what they are, each account once a list."""
    kinds = {
        "caught": outcome.of(Kind.CAUGHT),
        "innocent hit": outcome.of(Kind.INNOCENT),
        "undecided": outcome.of(Kind.UNDECIDED),
        "already handled": [hit for hit in outcome.hits if hit.handled],
    }
    once = {name: {hit.account: hit for hit in reversed(hits)} for name, hits in kinds.items()}
    return {name: [hits[account] for account in sorted(hits)] for name, hits in once.items()}


def as_json(outcome: Replay) -> dict[str, Any]:
    """The whole outcome for programs."""
    return {
        "accounts": outcome.accounts,
        "checkpoints": outcome.checkpoints,
        "rules": [dict(zip(TITLES, row, strict=True)) for row in rows(outcome)],
        "hits": [dataclasses.asdict(hit) | {"moment": moment_of(hit.moment)} for hit in outcome.hits],
        "missed": outcome.missed,
        "spared": [{"account": account, "why": why} for account, why in outcome.spared],
    }


def _past(asked: Asked, output: Output) -> list[Checkpoint]:
    """The checkpoints: of the folders named, or of what the store gives now."""
    if asked.findings:
        read = [files.load(folder) for folder in asked.findings]
    else:
        assert asked.store is not None
        read = [_judged(asked.store, output)]
    if len(read) == 1:
        only = read[0]
        return checkpoints_of(only.verdicts.values(), only.campaigns.values(), _last(only, asked))
    return [
        Checkpoint(_last(each, asked), tuple(each.verdicts.values()), tuple(each.campaigns.values()))
        for each in read
    ]


def _last(found: files.Findings, asked: Asked) -> float:
    """When a run's log ended."""
    last = found.summary.get("last_ts")
    if not isinstance(last, str):
        raise StillwatchError(
            "the findings do not say when their log ended",
            code="SW-POL-80",
            where=str(asked.findings[0] if asked.findings else asked.store),
            hint="run `stillwatch detect` again",
            exit_code=ExitCode.UNREADABLE,
        )
    return seconds_of(last)


def _judged(store: Path, output: Output) -> files.Findings:
    """Judge a store as ``detect --store`` does."""
    from stillwatch.cli import judging  # deferred: only a store needs the detectors
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.traffic.pseudonyms import load_or_create

    settings = current_settings()
    with tempfile.TemporaryDirectory() as folder:
        job = judging.Job((), Path(folder), ReadOptions(), store=store)
        judging.detect(job, settings, load_or_create(settings.key_file), output)
        return files.load(Path(folder))


def _details(asked: Asked, policy: Policy) -> dict[str, Details]:
    """What a store says about accounts; nothing without one."""
    if asked.store is None:
        return {}
    from stillwatch.enforcement.account_details import account_details
    from stillwatch.enforcement.organizations import Organizations
    from stillwatch.traffic.store import Store

    settings = current_settings()
    known = Organizations.load(asked.organizations) if asked.organizations else Organizations()
    with Store.open(asked.store).connect(settings.threads, settings.memory_gib) as connection:
        return account_details(connection, known, policy.restricted, places_believed=asked.believe_places)


def _known_to_node(node: Path | None) -> tuple[set[str], set[str]]:
    """Accounts that decisions in force act on, and those that a person let through again."""
    if node is None:
        return set(), set()
    from stillwatch.cli.decisions_desk import FILE
    from stillwatch.enforcement.entries import entries
    from stillwatch.enforcement.store import DecisionStore

    with DecisionStore(node / FILE, writer=False) as store:
        covered = {
            each.value
            for each in store.active(mode=Mode.ENFORCE)
            if each.scope is Scope.ACCOUNT and each.action is not Action.ALLOW
        }
        lifted = (each for each in entries(store.database) if each.kind == "lift" and each.by not in MACHINES)
        known = (store.get(each.about) for each in lifted)
        innocent = {each.value for each in known if each is not None and each.scope is Scope.ACCOUNT}
    return covered, innocent - covered


def _labels(path: Path) -> dict[str, bool]:
    """Labels by account; the file that a made world has beside its logs is one.

    Raises:
        StillwatchError: it cannot be read, or has no such columns.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["account_id"]: row["label"] == "attack" for row in csv.DictReader(file)}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise StillwatchError(
            "the labels cannot be read",
            code="SW-POL-81",
            where=str(path),
            hint="a CSV with the columns account_id and label, such as truth.csv of a made world",
            exit_code=ExitCode.UNREADABLE,
        ) from error
