"""Targets that no benchmark measures yet; each moves to the benchmark that does, and this file goes with the last."""

DESCRIPTION = "targets that no benchmark measures yet"

TARGETS = (
    ("leaked_undiluted_median", "leaked at first alarm, undiluted, median", "<=", 1_000, "exchanges"),
    ("leaked_diluted_90_median", "leaked at first alarm, 90 % diluted, median", "<=", 5_000, "exchanges"),
    ("free_rewriting_recall", "accounts found, free rewriting, at 99 % precision", ">=", 0.6, "share"),
    ("cold_precision", "of the accused, attackers, without history", ">=", 0.99, "share"),
    ("cold_recall", "attackers found, without history", ">=", 0.6, "share"),
    ("archetype_fpr_worst", "honest accused, worst archetype", "<=", 0.001, "share"),
    ("detect_10m_s", "detect on 10 M sketched exchanges", "<=", 120, "s"),
    ("detect_10m_peak_gib", "detect on 10 M sketched exchanges, memory", "<=", 8, "GiB"),
    ("known_vulnerabilities", "known vulnerabilities of dependencies (`make audit`)", "<=", 0),
)
