from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.casework.lab import Lab
from tests.reporting.case_export.exports import Made, exported, worked_case


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("lab")
    lab = Lab(folder, key=True)
    lab.staff()
    case_id = worked_case(lab)
    lab.time.pass_(days=1)
    told = exported(lab, case_id, folder / "masked")
    exported(lab, case_id, folder / "plain", with_ids=True)
    yield Made(lab, case_id, folder / "masked", folder / "plain", told)
    lab.close()
