"""Targets that no benchmark measures yet; each moves to the benchmark that does, and this file goes with the last."""

DESCRIPTION = "targets that no benchmark measures yet"

TARGETS = (
    ("free_rewriting_recall", "accounts found, free rewriting, at 99 % precision", ">=", 0.6, "share"),
    ("detect_10m_s", "detect on 10 M sketched exchanges", "<=", 120, "s"),
    ("detect_10m_peak_gib", "detect on 10 M sketched exchanges, memory", "<=", 8, "GiB"),
    ("known_vulnerabilities", "known vulnerabilities of dependencies (`make audit`)", "<=", 0),
)
