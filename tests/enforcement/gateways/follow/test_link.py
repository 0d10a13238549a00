from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import pytest

from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.errors import StillwatchError


def test_certificates_are_read_once_and_a_file_that_goes_away_later_ends_nothing(tmp_path: Path) -> None:
    trusted = tmp_path / "ca.pem"
    link = Link("https://127.0.0.1:9", "edge", ca_file=str(trusted))
    with pytest.raises(StillwatchError) as caught:
        link.connect(1.0)
    assert caught.value.code == "SW-GW-02"
    trusted.write_bytes(Path(certifi.where()).read_bytes())
    link.connect(1.0)
    trusted.unlink()
    link.connect(1.0)


def test_a_file_that_holds_no_certificates_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("none")
    with pytest.raises(StillwatchError) as caught:
        Link("https://127.0.0.1:9", "edge", ca_file=str(tmp_path / "ca.pem")).ask("GET", "/")
    assert caught.value.code == "SW-GW-02"
    assert isinstance(caught.value.__cause__, ssl.SSLError)
