"""Programs as operators start them, shared with the tests of each program."""

from __future__ import annotations

from tests.hub.conftest import make_hub, member_side
from tests.node.conftest import key_file, start

__all__ = ["key_file", "make_hub", "member_side", "start"]
