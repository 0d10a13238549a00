"""What the lab has on paper: the terms that statements of reasons quote, and its membership of a hub that is away."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stillwatch.node.share_desk import MEMBERSHIP

_TERMS: Final = """\
provider = "Example Lab"
territory = "everywhere"

[ground]
terms = "Terms of service, section 3.2"
why = "Answers must not be used to train another model."

[redress]
appeal = "write to support@example.com"
days = 7

[export]
how = "the account page, under data"
days = 30
"""
_MEMBERSHIP: Final = """\
[hub]
name = "example-hub"
url = "http://127.0.0.1:9/taxii2/stillwatch/"
identity = "identity--11111111-1111-4111-8111-111111111111"
token_file = "hub.token"
signing_key = "hub.key"
"""


def papers(node: Path) -> None:
    """Write them into the node's folder."""
    (node / "terms.toml").write_text(_TERMS, encoding="utf-8")
    (node / MEMBERSHIP).write_text(_MEMBERSHIP, encoding="utf-8")
