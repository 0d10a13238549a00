"""What a TAXII client asks: filters, media types, pages, moments."""

from __future__ import annotations

import contextlib
from urllib.parse import parse_qsl

from stillwatch.errors import StillwatchError
from stillwatch.hub.taxii.filters import read_filters
from stillwatch.hub.taxii.media import check_accept, check_content
from stillwatch.hub.taxii.moments import parse
from stillwatch.hub.taxii.paging import Pages

DESCRIPTION = "TAXII filters, media types and paging"


_PAGES = Pages(bytes(32))


def attempt(data: bytes) -> None:
    """Each line is a query, a media type, a page's token and a moment."""
    for line in data.decode("latin-1").split("\n")[:20]:
        for read in (_query, check_accept, lambda text: check_content(text, None), _page, parse):
            with contextlib.suppress(StillwatchError, ValueError):
                read(line)


def _query(text: str) -> None:
    filters = read_filters(parse_qsl(text, keep_blank_values=True))
    assert len(filters.digest()) > 0


def _page(token: str) -> None:
    place = _PAGES.place(token, b"filters")
    assert _PAGES.token(place, b"filters") == token
