"""Who takes part: two labs with their people, an industry body with a hub, another operator with a key service."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.cli.demo_commands.gateways import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.cli.demo_commands.story.stage import Desk, Stage
    from stillwatch.range.world import World

LABS: Final = ("lab-a", "lab-b")
_PEOPLE: Final = (
    ("analyst-1", "analyst"),
    ("reviewer-1", "reviewer"),
    ("reviewer-2", "reviewer"),
    ("counsel-1", "counsel"),
    ("support-desk", "service"),
)
_DAYS: Final = 14
_OVERLAP: Final = 0.5
_EACH: Final = 25  # exchanges a customer sends in the fortnight, on average


@dataclasses.dataclass(frozen=True, slots=True)
class Lab:
    """A lab: its desk, its traffic, and what is true about it."""

    desk: Desk
    world: World
    logs: Path
    earlier: Path

    @property
    def members(self) -> frozenset[str]:
        """Accounts of the attacker."""
        return frozenset(name for name, about in self.world.truth.items() if about.campaign_id)


@dataclasses.dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, ready."""

    a: Lab
    b: Lab
    agency: Desk
    agency_token: str
    hub_port: int
    key_port: int
    signer: str


@dataclasses.dataclass(frozen=True, slots=True)
class Plot:
    """What the attacker does: one recipe, worked off first at one lab, then at the other."""

    seed: int
    family: str
    tactic: str
    accounts: int
    members: int
    each: int


def gather(stage: Stage, plot: Plot) -> Cast:
    """Make the labs' traffic, add people, and start hub and key service."""
    begin = _monday_before(clock.now() - datetime.timedelta(days=_DAYS))
    a, b = (_lab(stage, name, plot, begin) for name in LABS)
    stage.say(
        f"each lab: {plot.accounts:,} accounts, {len(a.world):,} and {len(b.world):,} exchanges in a fortnight"
    )
    hub_port, key_port = free_port(), free_port()
    industry, other = stage.desk("industry-body"), stage.desk("key-operator")
    made = industry.json("hub", "init", "--dir", "hub")
    for lab in (a, b):
        _people(lab.desk)
        _join(industry, other, lab.desk, made["log_key"], hub_port)
    agency = industry.json(
        "hub", "members", "add", "agency", "--kind", "government", "--scope", "read", "--dir", "hub"
    )
    industry.program(stage, hub_port, "hub", "serve", "--dir", "hub", "--listen", f"127.0.0.1:{hub_port}")
    other.program(
        stage, key_port, "keyservice", "serve", "--dir", "keys", "--listen", f"127.0.0.1:{key_port}"
    )
    signer = _signer(other.folder / "keys")
    for lab in (a, b):
        lab.desk.write(
            "stillwatch-node/keyservice.toml",
            f'[keyservice]\nurl = "http://127.0.0.1:{key_port}"\ntoken_file = "keys.token"\nsigner = "{signer}"\n',
        )
    return Cast(a, b, stage.desk("agency"), agency["token"], hub_port, key_port, signer)


def _lab(stage: Stage, name: str, plot: Plot, begin: datetime.datetime) -> Lab:
    from stillwatch.range.spec import planned
    from stillwatch.range.splits import TRAIN
    from stillwatch.range.world import make_world
    from stillwatch.range.writing import write_world

    desk = stage.desk(name)
    first = name == LABS[0]
    campaign = planned(
        plot.family,
        TRAIN,
        plot.tactic,
        accounts=plot.members,
        exchanges=plot.each,
        start=0.05 if first else 0.5,
        end=0.45 if first else 0.95,
        overlap=_OVERLAP,
    )

    def world(kind: str) -> World:
        return make_world(
            kind, plot.seed, plot.accounts, plot.accounts * _EACH, lab=name, campaigns=[campaign], begin=begin
        )

    earlier = write_world(world("two-labs-history"), desk.folder / "earlier").logs
    now = world("two-labs")
    return Lab(desk, now, write_world(now, desk.folder / "traffic").logs, earlier)


def _people(desk: Desk) -> None:
    desk.run("people", "add", "administrator-1", "--role", "administrator")
    for name, role in _PEOPLE:
        desk.run("people", "add", name, "--role", role, "--by", "administrator-1")


def _join(industry: Desk, other: Desk, desk: Desk, log_key: str, hub_port: int) -> None:
    """The lab's key goes to the hub; the hub's and the key service's tokens go to the lab."""
    public = desk.write("member.pem", desk.run("share", "key", "member.key"))
    member = industry.json(
        "hub", "members", "add", desk.name, "--kind", "lab", "--key", public.resolve(), "--dir", "hub"
    )
    desk.write("stillwatch-node/hub.token", member["token"])
    desk.write(
        "stillwatch-node/membership.toml",
        f'[hub]\nname = "forum"\nurl = "http://127.0.0.1:{hub_port}/taxii2/stillwatch/"\n'
        f'identity = "{member["identity"]}"\ntoken_file = "hub.token"\nsigning_key = "../member.key"\n'
        f'log_key = "{log_key}"\n',
    )
    token = other.run("keyservice", "members", "add", desk.name, "--dir", "keys").split()[-1]
    desk.write("stillwatch-node/keys.token", token)


def _signer(folder: Path) -> str:
    """The key service's public signing key, as its operator hands it out."""
    from stillwatch.keyservice.folder import Folder
    from stillwatch.keyservice.key_files import signing_key

    return signing_key(Folder(folder)).public_key().public_bytes_raw().hex()


def _monday_before(moment: datetime.datetime) -> datetime.datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - datetime.timedelta(days=day.weekday())
