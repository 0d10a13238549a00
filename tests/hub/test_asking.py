from __future__ import annotations

import pytest

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.hub.asking import Asking


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_used_are_told_in_words(tmp_path, content):
    ca = tmp_path / "ca.pem"
    if content is not None:
        ca.write_text(content, encoding="utf-8")
    with pytest.raises(StillwatchError) as caught:
        Asking("https://127.0.0.1:9", "token", ca)
    assert caught.value.code == "SW-HUB-48"
    assert caught.value.where == str(ca)
    assert caught.value.exit_code is ExitCode.UNREADABLE
