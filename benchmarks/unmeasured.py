"""Targets that no benchmark measures yet; each moves to the benchmark that does, and this file goes with the last."""

DESCRIPTION = "targets that no benchmark measures yet"

TARGETS = (
    ("free_rewriting_recall", "accounts found, free rewriting, at 99 % precision", ">=", 0.6, "share"),
    ("known_vulnerabilities", "known vulnerabilities of dependencies (`make audit`)", "<=", 0),
)
