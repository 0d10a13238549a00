"""These tests need torch, which `make test-attribution` installs; `make test` leaves them alone."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("STILLWATCH_TEST_TORCH") == "1" else ["test_*.py"]
