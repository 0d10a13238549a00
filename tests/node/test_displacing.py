from __future__ import annotations

import asyncio
import dataclasses
import datetime
import random
import stat
import time
from collections import Counter

import httpx
import pytest
from tests.node.hurried import PROGRAM, campaign, seen
from tests.node.records import exchange, lines

from stillwatch.core.decision import Action, Scope
from stillwatch.core.verdict import Call
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.displacement_trial import Settings, State
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.facts import Details
from stillwatch.enforcement.gateways.acting.judge import Judge
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.enforcement.store import DecisionStore
from stillwatch.errors import StillwatchError
from stillwatch.node.board import Board
from stillwatch.node.displacing import Displacing
from stillwatch.node.mover import move
from stillwatch.node.sent import sent_between
from stillwatch.node.submissions import Submission
from stillwatch.node.verdicts import VerdictStore
from stillwatch.traffic.store import Store

MEMBERS = tuple(f"acct-{n:02}" for n in range(12))
SITE = [
    "amber",
    "birch",
    "cedar",
    "dune",
    "elm",
    "fern",
    "gorse",
    "heath",
    "iris",
    "juniper",
    "kelp",
    "larch",
    "moss",
    "nettle",
    "oak",
    "pine",
    "quince",
    "reed",
]


class Queue:
    """Twelve accounts behind a real gateway's judge: what one is refused, another one asks soon after."""

    def __init__(self, node):
        self.node = node
        self.client = GatewayClient(Link(node.url, "edge"), None).start(wait_s=10)
        self.judge = Judge(self.client)
        self.dice = random.Random(1)
        self.number = 0
        self.slowed = Counter()
        self.waiting: list[tuple[str, str]] = []

    def turn(self, asking):
        """A quarter of a second: some ask for something new, the others for what was refused before."""
        sent = [
            self.asked(self.dice.choice([each for each in MEMBERS if each != refused]), words)
            for refused, words in self.waiting
        ]
        self.waiting = []
        for account in asking:
            words = " ".join(self.dice.choices(SITE, k=12))
            refused = self.judge.judge(lambda who=account: Subject(who)).words is not None
            sent.append(self.asked(account, words, 429 if refused else 200))
            if refused:
                self.slowed[account] += 1
                self.waiting.append((account, words))
        answer = httpx.post(f"{self.node.url}/v1/exchanges", content=lines(sent), timeout=20)
        assert answer.json()["acknowledged"] == len(sent)

    def asked(self, account, words, status=200):
        self.number += 1
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        told = [{"role": "user", "content": words}]
        return exchange(
            self.number,
            ts=now,
            request_id=f"q-{id(self)}-{self.number}",
            account_id=account,
            messages=told,
            status=status,
        )

    def work(self, until, most=20.0):
        """Ask away until something is so; each account about once a second."""
        deadline = time.monotonic() + most
        turn = 0
        while time.monotonic() < deadline and not until():
            begin = time.monotonic()
            self.turn(MEMBERS[turn % 4 :: 4])
            turn += 1
            time.sleep(max(0.0, begin + 0.25 - time.monotonic()))
        assert until(), (listed(self.node), self.slowed)


def listed(node):
    answer = httpx.get(f"{node.url}/v1/displacements", timeout=20).json()
    assert answer["trouble"] == ""
    return answer["displacements"]


def throttles(node):
    return httpx.get(f"{node.url}/v1/decisions?action=throttle", timeout=20).json()["decisions"]


def begin(node, name="camp-queue", **more):
    body = {"campaign_id": name, "by": "analyst-1"} | more
    return httpx.post(f"{node.url}/v1/displacements", json=body, timeout=20)


def test_a_queue_is_found_at_a_real_gateway_although_the_node_is_killed_in_between(start, tmp_path):
    seen(tmp_path / "node", campaign("camp-queue", MEMBERS))
    node = start(program=PROGRAM).ready().looked()
    first = Queue(node)
    first.work(lambda: first.number >= 2 * len(MEMBERS))
    begun = begin(node)
    assert begun.status_code == 201, begun.text
    name = begun.json()["displacement"]["name"]
    standing = []
    # A cell lasts a second and its throttles with it, so they are taken while the test looks.
    first.work(
        lambda: (
            listed(node)[0]["cells"] >= 2
            and first.slowed
            and (standing or standing.extend(throttles(node)) or standing)
        )
    )
    cells = listed(node)[0]["cells"]
    assert {each["value"] for each in standing} < set(MEMBERS)
    assert {(each["origin"], each["rule"], each["priority"]) for each in standing} == {
        ("displacement", name, -1)
    }
    node.kill()
    first.client.close()

    node = start(program=PROGRAM).ready()
    (again,) = listed(node)
    assert (again["name"], again["state"]) == (name, "running")
    assert again["cells"] >= cells
    second = Queue(node)
    second.work(lambda: listed(node)[0]["state"] != "running")
    (found,) = listed(node)
    assert found["state"] == "displaced"
    assert found["moved"] >= 3
    assert found["anytime_p"] <= 0.05
    assert throttles(node) == []
    shown = httpx.get(f"{node.url}/metrics", timeout=20).text
    assert 'stillwatch_displacements{state="displaced"} 1.0' in shown
    assert "stillwatch_displacement_failures_total 0.0" in shown
    second.client.close()
    assert node.stop() == 0


class Parts:
    """What the tests need of a node, with the real stores and a log that nobody has moved yet."""

    def __init__(self, folder, intake):
        self.folder, self.intake = folder, intake
        self.store = DecisionStore(folder.decisions)
        self.verdicts = VerdictStore(folder.verdicts, writer=True)
        self.board = Board(self.store)

    def displacing(self, **changes):
        settings = dataclasses.replace(Settings(late=0.0, active=3600.0), **changes)
        return Displacing(self.folder, self.board, self.verdicts, settings)

    def close(self):
        self.store.close()
        self.verdicts.close()

    def look(self, *campaigns, **details):
        self.verdicts.record([], campaigns, {}, 1000.0, alarm="")
        self.verdicts.describe({name.replace("_", "-"): each for name, each in details.items()})

    def take(self, *records):
        self.intake.submit(Submission(lines(records), "test")).result(30)


@pytest.fixture
def parts(folder, intake):
    Store.create_or_open(folder.store, "00000000", 1.0)
    made = Parts(folder, intake())
    yield made
    made.close()


def recently(number, account):
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    return exchange(number, ts=now, account_id=account)


def test_everybody_is_let_go_by_a_stop_and_a_second_one_changes_nothing(parts):
    parts.look(campaign("camp-1", MEMBERS))
    displacing = parts.displacing()
    begun = displacing.begin("camp-1", by="analyst-1", reason="on watch")
    parts.take(*(recently(n, account) for n, account in enumerate(MEMBERS * 3)))
    while not parts.store.active():
        displacing.step()
    assert {each.value for each in parts.store.active()} < set(MEMBERS)
    assert displacing.stop(begun.name, by="analyst-1", reason="a customer called").state is State.UNDECIDED
    assert parts.store.active() == []
    version = parts.store.version
    assert displacing.stop(begun.name, by="analyst-1", reason="again").state is State.UNDECIDED
    displacing.step()
    assert parts.store.version == version
    assert displacing.states()[State.UNDECIDED] == 1


def test_the_same_accounts_are_not_tested_twice_and_only_who_is_on_watch_is(parts):
    parts.look(
        campaign("camp-1", MEMBERS),
        campaign("camp-10", (*MEMBERS[-2:], "acct-90", "acct-91", "acct-92")),
        campaign("camp-2", ("acct-80", "acct-81", "acct-82", "acct-83")),
        campaign("camp-3", MEMBERS, Call.ATTACK),
    )
    displacing = parts.displacing()
    displacing.begin("camp-1", by="analyst-1", reason="on watch")
    for name, code in (("camp-10", "SW-DEC-73"), ("camp-3", "SW-NODE-53"), ("camp-4", "SW-NODE-52")):
        with pytest.raises(StillwatchError) as refused:
            displacing.begin(name, by="analyst-1", reason="on watch")
        assert refused.value.code == code
    assert displacing.begin("camp-2", by="analyst-1", reason="on watch").state is State.RUNNING
    parts.look(campaign("camp-5", MEMBERS))
    with pytest.raises(StillwatchError, match="no campaign 'camp-2'"):
        displacing.begin("camp-2", by="analyst-1", reason="the last look did not see it any more")


def test_exempt_verified_and_essential_accounts_and_those_of_one_organisation_are_left_alone(parts):
    exempt, essential, held = MEMBERS[0], MEMBERS[1], MEMBERS[2]
    parts.look(
        campaign("camp-1", MEMBERS),
        **{
            exempt.replace("-", "_"): Details(exemption={"kind": "research", "owner": "analyst-1"}),
            held.replace("-", "_"): Details(organization={"id": "org-1"}),
        },
    )
    allowed = {"action": Action.ALLOW, "reason": "essential", "by": "analyst-1", "ttl": 3600.0}
    parts.store.add(Draft(Scope.ACCOUNT, essential, **allowed))
    parts.store.add(Draft(Scope.ORGANIZATION, "org-1", **allowed))
    displacing = parts.displacing()
    displacing.begin("camp-1", by="analyst-1", reason="on watch")
    slowed = set()
    for turn in range(25):
        parts.take(*(recently(100 * turn + n, account) for n, account in enumerate(MEMBERS)))
        displacing.step()
        slowed |= {each.value for each in parts.store.active() if each.origin == "displacement"}
    assert len(slowed) > 3
    assert not slowed & {exempt, essential, held}


def test_a_step_that_fails_is_counted_and_the_next_one_tries_again(parts):
    parts.look(campaign("camp-1", MEMBERS))
    displacing = parts.displacing(cell=0.05)
    displacing.begin("camp-1", by="analyst-1", reason="on watch")
    manifest = parts.folder.store / "manifest.json"
    kept = manifest.read_bytes()
    manifest.write_text("{")

    async def fail_and_recover():
        task = asyncio.create_task(displacing.run())
        while displacing.failures < 2:
            await asyncio.sleep(0.01)
        said = displacing.trouble
        manifest.write_bytes(kept)
        while displacing.trouble:
            await asyncio.sleep(0.01)
        assert not task.done()
        task.cancel()
        return said

    assert "manifest" in asyncio.run(asyncio.wait_for(fail_and_recover(), 20))


def test_the_coins_come_from_a_file_that_only_the_node_reads_and_a_lost_one_ends_the_test(parts):
    parts.look(campaign("camp-1", MEMBERS))
    begun = parts.displacing().begin("camp-1", by="analyst-1", reason="on watch")
    coins = parts.folder.coins
    assert stat.S_IMODE(coins.stat().st_mode) == 0o600
    assert parts.displacing().all()[0].state is State.RUNNING
    coins.unlink()
    (ended,) = parts.displacing().all()
    assert (ended.name, ended.state) == (begun.name, State.UNDECIDED)
    coins.write_bytes(b"short")
    with pytest.raises(StillwatchError, match="5 bytes"):
        parts.displacing()


def test_what_was_sent_is_the_same_before_and_after_the_worker_moved_it(parts):
    parts.take(*(exchange(n) for n in range(200)))
    parts.intake.rotate()
    parts.take(*(exchange(n) for n in range(150, 300)))
    begin = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC).timestamp()
    who = frozenset({"acct-1", "acct-3", "acct-x"})

    def read():
        return sent_between(parts.folder, who, begin + 8, begin + 250)

    before = read()
    assert [each.moment - begin for each in before] == [n for n in range(8, 250) if n % 7 in (1, 3)]
    assert all(each.clauses for each in before)
    store = Store.open(parts.folder.store)
    move(store, parts.folder.log, 1)
    assert read() == before
    move(store, parts.folder.log, parts.intake.rotate())
    assert read() == before
