"""Every gateway keeps the same promises: pure rendering, expiry, loud downgrades, dry runs, and a way back."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from benchmarks.small_node import decision
from stillwatch.core.decision import Action, Decision, Limits, Scope
from stillwatch.enforcement.gateways import applying, registry
from stillwatch.enforcement.gateways.contract import Gateway
from stillwatch.enforcement.gateways.identity import HeaderIdentity
from stillwatch.enforcement.gateways.site import Site
from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.errors import StillwatchError

NOW = 1_800_000_000.0
GOLDEN = Path(__file__).parent.parent / "enforcement" / "gateways" / "golden"
IDENTITY = HeaderIdentity(
    account="x-account-id", organization="x-organization-id", asn="x-asn", country="x-country"
)
SITE = Site(
    name="edge",
    node="http://127.0.0.1:8440",
    state="/var/lib/stillwatch/edge",
    folder="/etc/stillwatch/edge",
    identity=IDENTITY,
)
FIXED = {
    "acct-blocked": (Action.BLOCK, Limits(), Scope.ACCOUNT),
    "acct-paced": (Action.THROTTLE, Limits(rate_per_minute=6), Scope.ACCOUNT),
    "acct-asked": (Action.VERIFY, Limits(), Scope.ACCOUNT),
    "acct-less": (Action.DEGRADE, Limits(max_tokens=500, hide_reasoning=True), Scope.ACCOUNT),
    "acct-passes": (Action.ALLOW, Limits(), Scope.ACCOUNT),
    "org-blocked": (Action.BLOCK, Limits(), Scope.ORGANIZATION),
    "192.0.2.0/24": (Action.BLOCK, Limits(), Scope.ADDRESS),
    "2001:db8::/32": (Action.BLOCK, Limits(), Scope.ADDRESS),
    "64496": (Action.VERIFY, Limits(), Scope.ASN),
}


def fixed() -> list[Decision]:
    found = []
    for number, (value, (action, limits, scope)) in enumerate(FIXED.items()):
        made = decision(value, action, limits=limits, scope=scope, now=NOW)
        found.append(dataclasses.replace(made, decision_id=f"dec-{number:026d}"))
    return found


@pytest.fixture(params=sorted(registry.gateways()))
def gateway(request: pytest.FixtureRequest) -> Gateway:
    return registry.get(request.param)


@pytest.fixture
def unchecked(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """The gateway, with its program taken for content: the running ones are tested apart."""
    monkeypatch.setattr(type(gateway), "check", lambda self, site: ())
    monkeypatch.setattr(type(gateway), "reload", lambda self, site: ())
    return gateway


def site_in(folder: Path) -> Site:
    return dataclasses.replace(SITE, folder=str(folder / "config"), state=str(folder / "state"))


def test_it_renders_as_its_golden_files_say(gateway: Gateway) -> None:
    files = applying.wanted(gateway, SITE, Snapshot.build(1, fixed()), NOW)
    golden = {path.name: path.read_text() for path in (GOLDEN / gateway.name).iterdir()}
    assert files == golden


def test_rendering_is_pure(gateway: Gateway) -> None:
    decisions = fixed()
    first = applying.wanted(gateway, SITE, Snapshot.build(1, decisions), NOW)
    again = applying.wanted(gateway, SITE, Snapshot.build(1, reversed(decisions)), NOW)
    assert first == again


def test_it_says_how_each_action_is_carried_out(gateway: Gateway) -> None:
    assert set(gateway.can.actions) == set(Action)
    assert all(gateway.can.actions.values())
    assert gateway.can.limits <= {field.name for field in dataclasses.fields(Limits)}
    assert Scope.ACCOUNT in gateway.can.scopes
    assert gateway.title
    assert sys.modules[type(gateway).__module__].__doc__


def test_what_has_expired_stands_in_no_table(gateway: Gateway) -> None:
    snapshot = Snapshot.build(1, fixed())
    before, after = (
        "".join(gateway.tables(SITE, snapshot, moment).values()) for moment in (NOW + 10, NOW + 3601)
    )
    assert "acct-blocked" not in after
    assert ("acct-blocked" in before) == bool(before)


def test_what_it_cannot_do_is_said_and_what_it_can_is_not(gateway: Gateway) -> None:
    every = Limits(1.0, 5, True, True, ("large",), "dull")
    snapshot = Snapshot.build(1, [decision("acct", Action.DEGRADE, limits=every, now=NOW)])
    said = " ".join(applying.warnings(gateway, snapshot, NOW))
    for field in dataclasses.fields(Limits):
        assert (field.name in said) == (field.name not in gateway.can.limits), field.name


def test_a_value_its_tables_cannot_name_is_left_out_and_said(gateway: Gateway) -> None:
    odd = ['~.*" block; }', "two words", "# no comment", "line\nend", "acct{x}"]
    snapshot = Snapshot.build(1, [decision(value, now=NOW) for value in odd])
    text = "".join(gateway.tables(SITE, snapshot, NOW).values())
    said = " ".join(applying.warnings(gateway, snapshot, NOW))
    left_out = [value for value in odd if not gateway.holds(value)]
    assert all(value not in text for value in left_out)
    assert ("cannot stand" in said) == bool(left_out)
    assert "line\nend" not in text


def test_a_dry_run_shows_what_would_change_and_changes_nothing(unchecked: Gateway, tmp_path: Path) -> None:
    site = site_in(tmp_path)
    files = applying.wanted(unchecked, site, Snapshot.build(1, fixed()), NOW)
    lines = list(applying.differences(site, files))
    assert any(line.startswith("+++") for line in lines)
    assert not (tmp_path / "config").exists()
    applying.apply(unchecked, site, files)
    assert list(applying.differences(site, files)) == []


def test_applying_again_changes_nothing(unchecked: Gateway, tmp_path: Path) -> None:
    site = site_in(tmp_path)
    files = applying.wanted(unchecked, site, Snapshot.build(1, fixed()), NOW)
    assert set(applying.apply(unchecked, site, files).changed) == set(files)
    assert applying.apply(unchecked, site, files).changed == ()


def test_a_rollback_restores_every_byte(unchecked: Gateway, tmp_path: Path) -> None:
    site = site_in(tmp_path)
    folder = Path(site.folder)
    first = applying.wanted(unchecked, site, None, NOW)
    applying.apply(unchecked, site, first)
    changed = {name: content + "\n# changed by hand: \u00e9\r\n" for name, content in first.items()}
    for name, content in changed.items():
        (folder / name).write_bytes(content.encode())
    before = {name: (folder / name).read_bytes() for name in first}
    applying.apply(unchecked, site, applying.wanted(unchecked, site, Snapshot.build(1, fixed()), NOW))
    applying.rollback(unchecked, site)
    assert {name: (folder / name).read_bytes() for name in first} == before
    applying.rollback(unchecked, site)
    assert [path.name for path in folder.iterdir() if path.name in first] == []
    with pytest.raises(StillwatchError, match="nothing to go back to"):
        applying.rollback(unchecked, site)


def test_files_that_the_program_refuses_are_taken_back(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(gateway), "check", lambda self, site: ("sh", "-c", "echo it errors >&2; exit 1"))
    site = site_in(tmp_path)
    with pytest.raises(StillwatchError, match="it errors"):
        applying.apply(gateway, site, applying.wanted(gateway, site, None, NOW))
    assert [path for path in Path(site.folder).iterdir() if path.is_file()] == []


def test_nothing_in_the_register_is_broken() -> None:
    assert registry.discovery().broken == []


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(StillwatchError) as caught:
        registry.get("ngnix")
    assert "nginx" in caught.value.hint
