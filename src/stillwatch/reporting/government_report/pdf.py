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
        StillwatchError: SW-GOV-20 WeasyPrint is not installed; SW-GOV-21 the page asks for something outside itself.
    """
    try:
        from weasyprint import HTML  # deferred: an extra, and slow to import
    except (ImportError, OSError) as error:
        raise StillwatchError(
            "PDF needs WeasyPrint, which is not installed or lacks a library",
            code="SW-GOV-20",
            where=str(error).splitlines()[0],
            hint="pip install 'stillwatch[pdf]', or send the HTML page",
        ) from error
    dated = page.replace(
        "<title>", f'<meta name="dcterms.created" content="{datetime.date.fromisoformat(day)}"><title>', 1
    )
    drawn: bytes = HTML(string=dated, url_fetcher=_nothing).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=day.encode()
    )
    return drawn


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    """Pictures inside the page are all there is."""
    if url.startswith("data:image/"):
        from weasyprint import default_url_fetcher

        return default_url_fetcher(url)
    raise StillwatchError("the page asks for something outside itself", code="SW-GOV-21", where=url[:80])
