from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.casework.lab import Lab
from tests.reporting.reports.busy import busy


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab that worked for five weeks."""
    made = busy(tmp_path_factory.mktemp("lab"))
    yield made
    made.close()
