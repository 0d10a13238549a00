"""The page of figures: every target with what was last measured, from the files that benchmark runs keep."""

from __future__ import annotations

from benchmarks import figure_table, harness

_PAGE = """\
# Figures

What Stillwatch has to reach, and what was measured. Every line is of a benchmark that anybody can run: `make bench
NAME=…` runs one and keeps its figures in `benchmarks/figures/`, of which this page and the table of `make bench` are
made. *not measured* means that no run was kept, *small run* that only the short version of the benchmark was: it shows
that something works, not how well. Figures of a shared machine, on which other programs ran at the same time, are worse
than those of an idle one where they are about time.

{table}
"""


def figures_page() -> str:
    """The table with what a reader must know."""
    return _PAGE.format(table=figure_table.as_markdown(figure_table.rows(harness.discover().values())))
