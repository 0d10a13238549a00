import shutil

import pytest
from tests.casework.lab import Lab, template


@pytest.fixture(scope="session")
def staffed(tmp_path_factory):
    return template(tmp_path_factory.mktemp("staffed"))


@pytest.fixture
def lab(tmp_path, staffed):
    shutil.copy(staffed, tmp_path / "cases.sqlite")
    lab = Lab(tmp_path)
    yield lab
    lab.close()
