from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.enforcement.gateways.client import Unknown
from stillwatch.enforcement.gateways.site import Site, load
from stillwatch.errors import StillwatchError


def written(folder: Path, text: str) -> Path:
    path = folder / "gateways.toml"
    path.write_text(text)
    return path


def test_what_holds_for_all_is_overruled_by_what_holds_for_one(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        node = "https://node.example.com"
        token_file = "gateway.token"
        unknown = "deny"
        [identity]
        account = "X-Customer"
        [nginx]
        name = "edge-1"
        refresh_s = 5
        unknown = "allow"
        [nginx.identity]
        address = "X-Real-IP"
        [caddy]
        folder = "elsewhere"
        """,
    )
    nginx, caddy = load(path, "nginx"), load(path, "caddy")
    assert (nginx.name, nginx.unknown, nginx.refresh_s) == ("edge-1", Unknown.ALLOW, 5)
    assert (nginx.identity.account, nginx.identity.address) == ("x-customer", "x-real-ip")
    assert (caddy.name, caddy.unknown, caddy.identity.address) == ("caddy", Unknown.DENY, "")
    assert nginx.token_file == str(tmp_path / "gateway.token")
    assert caddy.folder == str(tmp_path / "elsewhere")


def test_without_a_file_everything_runs_on_this_machine() -> None:
    site = load(None, "nginx")
    assert site.node == Site().node
    assert Path(site.folder).is_absolute()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("nodes = 'x'", "'nodes' says nothing", "did you mean 'node'?"),
        ("[identity]\nacount = 'x'", "'identity.acount' says nothing", "did you mean 'identity.account'?"),
        ("node = 5", "cannot be used", ""),
        ("refresh_s = 0.1", "cannot be used", ""),
        ("unknown = 'maybe'", "'unknown' is 'maybe'", "allow or deny"),
        ("node = 'http://x'\nnode = 'y'", "no TOML", ""),
        ("folder = 'x; rm -r y'", "cannot be used", "no quotes, braces, semicolons"),
        ("[identity]\naccount = 'x} evil {'", "cannot be used", ""),
        ("ahead_s = 3.0", "says nothing", ""),
    ],
)
def test_what_is_wrong_is_said_with_a_hint(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(StillwatchError) as caught:
        load(written(tmp_path, text), "nginx")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_file_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError, match="cannot be read"):
        load(tmp_path / "nothing.toml", "nginx")
