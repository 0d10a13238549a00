"""What kept traffic says about accounts beside their verdicts: models, paths, organisation, place, age."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any, Final

from stillwatch.enforcement.facts import Details

if TYPE_CHECKING:
    import duckdb

    from stillwatch.enforcement.organizations import Organizations

_DAY: Final = 86_400.0
_QUERY: Final = """
    SELECT account_id::VARCHAR, count(*), epoch(min(account_created_at)), epoch(max(ts)),
           list(DISTINCT model::VARCHAR) FILTER (model IS NOT NULL),
           list(DISTINCT endpoint::VARCHAR) FILTER (endpoint IS NOT NULL),
           mode(organization_id::VARCHAR), mode(country::VARCHAR), mode(asn)
    FROM exchanges GROUP BY account_id ORDER BY account_id
"""


def account_details(
    connection: duckdb.DuckDBPyConnection,
    organizations: Organizations,
    restricted: Set[str],
    *,
    places_believed: bool = False,
    indicators: Mapping[str, int] | None = None,
) -> dict[str, Details]:
    """Details of every account of a store.

    Args:
        connection: with the view ``exchanges`` of a store.
        organizations: what is known about organisations.
        restricted: regions the site does not serve.
        places_believed: whether an edge of the operator's own wrote country and system into the logs; else they
            are left out, because a client can make addresses up.
        indicators: matching indicators by account.
    """
    found = {}
    companies: dict[str, dict[str, Any]] = {}
    for account, count, opened, last, models, endpoints, company, country, asn in connection.execute(
        _QUERY
    ).fetchall():
        if company and company not in companies:
            companies[company] = organizations.facts(company, restricted)
        found[account] = Details(
            exchanges=count,
            age_days=None if opened is None else max(0.0, (last - opened) / _DAY),
            models=tuple(sorted(models or ())),
            endpoints=tuple(sorted(endpoints or ())),
            organization=companies.get(company or "", {}),
            place=_place(country, asn, believed=places_believed),
            indicators=(indicators or {}).get(account, 0),
        )
    return found


def _place(country: str | None, asn: int | None, *, believed: bool) -> dict[str, Any]:
    place: dict[str, Any] = {"believed": believed}
    if believed and country:
        place["country"] = country
    if believed and asn:
        place["asn"] = asn
    return place
