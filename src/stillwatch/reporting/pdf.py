"""The page as PDF, for those who file paper; drawn by WeasyPrint from the page itself, without loading anything."""

from __future__ import annotations

import datetime
from typing import Any

from stillwatch.errors import StillwatchError


def as_pdf(page: str, day: str) -> bytes:
    """A page as PDF.

    Args:
        page: HTML that loads nothing.
        day: the document's date, ``YYYY-MM-DD``, so that drawing it again gives the same file.

    Raises:
        StillwatchError: SW-REP-20 WeasyPrint is not installed; SW-REP-21 the page asks for something outside itself.
    """
    try:
        from weasyprint import HTML  # deferred: an extra, and slow to import
        from weasyprint.urls import FatalURLFetchingError, URLFetcher
    except (ImportError, OSError) as error:
        raise StillwatchError(
            "PDF needs WeasyPrint, which is not installed or lacks a library",
            code="SW-REP-20",
            where=str(error).splitlines()[0],
            hint="pip install 'stillwatch[pdf]', or send the HTML page",
        ) from error

    class PageAlone(URLFetcher):  # type: ignore[misc]  # the library has no types
        """Opens pictures inside the page and nothing else; whatever else is asked for ends the drawing."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """The picture."""
            if not url.startswith("data:image/"):
                raise FatalURLFetchingError(url[:80])
            return super().fetch(url, headers)

    created = datetime.date.fromisoformat(day).isoformat()
    dated = page.replace("<title>", f'<meta name="dcterms.created" content="{created}"><title>', 1)
    try:
        drawn: bytes = HTML(string=dated, url_fetcher=PageAlone()).write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=created.encode()
        )
    except FatalURLFetchingError as error:
        raise StillwatchError(
            "the page asks for something outside itself", code="SW-REP-21", where=str(error)[:80]
        ) from error
    return drawn
