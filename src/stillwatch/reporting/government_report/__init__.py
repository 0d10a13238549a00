"""The report that a government reads: one page that loads nothing, and the same as PDF."""
