"""A database of an earlier version is brought up to date with everything that is in it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.hub import stix
from tests.hub.conftest import new_database, with_members
from tests.hub.running import Hub

from stillwatch.hub.lookup import key_of, named
from stillwatch.hub.opening import opened
from stillwatch.hub.tables import HUB
from stillwatch.hub.tables.objects import OBJECTS
from stillwatch.storage.sql import SqlDatabase, database_url


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request, tmp_path):
    """A hub with an object, set back to the first version of the tables."""
    database = new_database(request.getfixturevalue("postgresql_server")) if request.param != "sqlite" else ""
    hub = with_members(Hub(tmp_path / "hub", database)).start()
    sent = [stix.indicator(hub.members["lab-1"]) for _ in range(3)]
    names = [each["x_stored_as"] for each in hub.post("lab-1", sent).json()["successes"]]
    hub.stop()
    engine = sa.create_engine(database_url(database or hub.folder.database))
    with engine.begin() as connection:
        for statement in (
            "DROP INDEX hub_objects_by_id_key",
            "DROP INDEX hub_objects_by_sent_key",
            "ALTER TABLE hub_objects DROP COLUMN id_key",
            "ALTER TABLE hub_objects DROP COLUMN sent_key",
            "CREATE INDEX hub_objects_by_id ON hub_objects (id, collection)",
            "CREATE INDEX hub_objects_by_sent_id ON hub_objects (sent_id, member)",
            f"UPDATE {HUB.version_table} SET version_num = 'hub_01'",
        ):
            connection.execute(sa.text(statement))
    engine.dispose()
    return hub, sent, names


def test_objects_of_the_first_version_are_found_by_their_ids_after_the_upgrade(earlier):
    hub, sent, names = earlier
    with opened(hub.folder, hub.database) as found:
        assert isinstance(found.database, SqlDatabase)
        with found.database.read() as connection:
            wanted = sa.select(OBJECTS).where(named(names))
            rows = {row.id: row for row in connection.execute(wanted)}
            indexes = {each["name"] for each in sa.inspect(connection).get_indexes("hub_objects")}
    assert {name: row.id_key for name, row in rows.items()} == {name: key_of(name) for name in names}
    assert {row.sent_key for row in rows.values()} == {key_of(each["id"]) for each in sent}
    assert "hub_objects_by_id_key" in indexes
    assert "hub_objects_by_id" not in indexes
    hub.start()
    again = hub.post("lab-1", [*sent, stix.later(sent[0], confidence=80)]).json()
    assert [each["message"] for each in again["successes"]].count("here already") == 3
    assert {each["x_stored_as"] for each in again["successes"]} == set(names)
    hub.stop()
