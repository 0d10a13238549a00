import duckdb
import pytest

from stillwatch.enforcement.account_details import account_details
from stillwatch.enforcement.displacement_measure import Sent, sent_by
from stillwatch.enforcement.organizations import Organization, Organizations

ROWS = """
    CREATE TABLE exchanges AS SELECT * FROM (VALUES
      (TIMESTAMP '2026-01-02 00:00:00', 1, 'a', 'org-1', TIMESTAMP '2026-01-01 00:00:00', 'm1', '/v1/chat', 'XX', 64500, [1, 2]),
      (TIMESTAMP '2026-01-03 00:00:00', 2, 'a', 'org-1', TIMESTAMP '2026-01-01 00:00:00', 'm2', '/v1/chat', 'XX', 64500, [3]),
      (TIMESTAMP '2026-01-02 06:00:00', 3, 'b', NULL, NULL, 'm1', NULL, NULL, NULL, NULL)
    ) AS t(ts, record, account_id, organization_id, account_created_at, model, endpoint, country, asn, clauses)
"""


@pytest.fixture
def kept():
    with duckdb.connect() as connection:
        connection.execute(ROWS)
        yield connection


def test_kept_traffic_says_what_accounts_used_and_whose_they_are(kept):
    known = Organizations({"org-1": Organization("org-1", declared="XX")})
    found = account_details(kept, known, {"XX"}, indicators={"b": 2})
    assert (found["a"].exchanges, found["a"].age_days, found["a"].models) == (2, 2.0, ("m1", "m2"))
    assert found["a"].organization == {"id": "org-1", "verified": False, "restricted": True, "country": "XX"}
    assert (found["b"].age_days, found["b"].organization, found["b"].endpoints) == (None, {}, ())
    assert (found["a"].indicators, found["b"].indicators) == (0, 2)


def test_places_of_logs_are_left_out_unless_an_edge_of_ones_own_wrote_them(kept):
    assert account_details(kept, Organizations(), set())["a"].place == {"believed": False}
    believed = account_details(kept, Organizations(), set(), places_believed=True)
    assert believed["a"].place == {"believed": True, "country": "XX", "asn": 64500}
    assert believed["b"].place == {"believed": True}


def test_the_requests_of_some_accounts_are_read_in_order_without_text(kept):
    begin, end = 1_767_312_000.0, 1_767_398_400.0
    assert sent_by(kept, {"a", "b"}, begin, end) == [
        Sent(begin, "a", frozenset({1, 2})),
        Sent(begin + 21_600, "b", frozenset()),
    ]
    assert sent_by(kept, {"b"}, begin, end + 1)[0].account == "b"
    assert sent_by(kept, set(), begin, end) == []
