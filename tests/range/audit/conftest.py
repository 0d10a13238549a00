import pytest

from stillwatch.range.audit import audit
from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audited")
    write_world(make_world("demo", 3, accounts=250, exchanges=12_000), folder, workers=1)
    return folder


@pytest.fixture(scope="session")
def audited(small_folder):
    return audit(small_folder)
