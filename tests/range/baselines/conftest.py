import pytest

from stillwatch.range.baselines.training import one_thread


@pytest.fixture(autouse=True)
def _one_thread():
    """Several tests run at once; threads that wait for each other would take most of the time."""
    with one_thread():
        yield
