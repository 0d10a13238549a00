"""A gateway's files change together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.enforcement.gateways import applying, registry
from stillwatch.enforcement.gateways.contract import Gateway
from stillwatch.enforcement.gateways.site import Site
from stillwatch.errors import StillwatchError


@pytest.fixture
def gateway() -> Gateway:
    return registry.get("files")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(folder=str(tmp_path / "config"))


def told(folder: Path) -> dict[str, str]:
    """Every file of a folder, hidden ones among them."""
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and ".before" not in path.parts
    }


def test_where_a_file_cannot_be_written_the_old_ones_are_back(gateway: Gateway, site: Site) -> None:
    folder = Path(site.folder)
    applying.apply(gateway, site, {"a": "old-a", "c": "old-c"})
    with pytest.raises(StillwatchError) as caught:  # there is no folder for the second
        applying.apply(gateway, site, {"a": "new-a", "b/b": "new-b", "c": "new-c"})
    assert caught.value.code == "SW-GW-16"
    assert told(folder) == {"a": "old-a", "c": "old-c"}


def test_where_nothing_could_be_set_aside_the_way_back_is_the_one_before(
    gateway: Gateway, site: Site
) -> None:
    folder = Path(site.folder)
    for content in ("older", "old"):
        applying.apply(gateway, site, {"a": content})
    (folder / "b").mkdir()  # no file that could be copied
    with pytest.raises(StillwatchError) as caught:
        applying.apply(gateway, site, {"a": "new", "b": "new"})
    assert caught.value.code == "SW-GW-16"
    assert told(folder) == {"a": "old"}
    applying.rollback(gateway, site)
    assert told(folder) == {"a": "older"}


def test_of_a_file_that_could_not_be_put_in_place_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "table").mkdir()
    with pytest.raises(OSError, match="directory"):
        applying.put(tmp_path / "table", "content")
    assert [path.name for path in tmp_path.iterdir()] == ["table"]


def test_the_gateways_own_user_may_read_what_was_put_in_place(tmp_path: Path) -> None:
    applying.put(tmp_path / "table", "content\n")
    assert (tmp_path / "table").read_text(encoding="utf-8") == "content\n"
    assert (tmp_path / "table").stat().st_mode & 0o777 == 0o644
