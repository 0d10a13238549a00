import pytest

from stillwatch.range.world import World, make_world


@pytest.fixture(scope="session")
def demo() -> World:
    return make_world("demo", 7, accounts=700)


@pytest.fixture(scope="session")
def demo_records(demo):
    return list(demo.exchanges())
