"""Writes a report as a page, as JSON and as PDF, for its owner alone."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from stillwatch.errors import ExitCode, StillwatchError


def write_report(out: Path, page: str, figures: dict[str, Any], day: str, *, pdf: bool) -> list[Path]:
    """Write ``report.html``, ``report.json`` and, if asked for, ``report.pdf``.

    Args:
        out: the folder; made where there is none.
        page: the page.
        figures: the same for programs.
        day: the report's date, ``YYYY-MM-DD``.
        pdf: whether a PDF is written, too.

    Returns:
        The files, the page first.

    Raises:
        StillwatchError: SW-EXP-05 they cannot be written; the PDF cannot be drawn.
    """
    files = {"report.html": page.encode(), "report.json": (json.dumps(figures, indent=2) + "\n").encode()}
    if pdf:
        from stillwatch.reporting.pdf import as_pdf  # deferred: an extra, and slow

        files["report.pdf"] = as_pdf(page, day)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            with os.fdopen(os.open(out / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
    except OSError as error:
        raise StillwatchError(
            "the report cannot be written",
            code="SW-EXP-05",
            where=str(out),
            hint=error.strerror or "",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return [out / name for name in files]
