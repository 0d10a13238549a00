"""What ``policy backtest`` does: gathers the past and what is known about accounts, replays, counts."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from stillwatch.cli.options import current_settings
from stillwatch.enforcement.backtest import Checkpoint, Replay, checkpoints_of
from stillwatch.enforcement.known_labels import read_known
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.past import Past
from stillwatch.enforcement.policy import Policy
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.reporting import findings as files

if TYPE_CHECKING:
    from stillwatch.cli.output import Output
    from stillwatch.enforcement.facts import Details


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
    current = Policy.load(asked.current) if asked.current is not None else None
    return past_of(asked, policy, output).under(policy, current)


def past_of(asked: Asked, policy: Policy, output: Output) -> Past:
    """The past that was asked for, and what is known about its accounts.

    Raises:
        StillwatchError: something named cannot be read.
    """
    covered, innocent = _known_to_node(asked.node)
    labels = dict.fromkeys(innocent, False) | (read_known(asked.labels) if asked.labels else {})
    return Past(
        tuple(_past(asked, output)), labels, frozenset(covered), _details(asked, policy), _read(asked)
    )


def _read(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Digests of the files that the past was read from."""
    from blake3 import blake3

    files_read = [folder / files.VERDICTS for folder in asked.findings]
    files_read += [asked.labels] if asked.labels else []
    return tuple((path.name, blake3(path.read_bytes()).hexdigest()) for path in files_read)


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
        job = judging.Job((), Path(folder), ReadOptions(), stores=(store,))
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
    from stillwatch.enforcement.desk import FILE
    from stillwatch.enforcement.past import known_to
    from stillwatch.enforcement.store import DecisionStore

    with DecisionStore(node / FILE, writer=False) as store:
        return known_to(store)
