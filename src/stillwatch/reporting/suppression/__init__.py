"""Which counts of a published table have to be left out, so that nobody behind a small one can be told."""

from stillwatch.reporting.suppression.cells import Sum, withheld

__all__ = ["Sum", "withheld"]
