"""A target that no benchmark measures yet; it moves to the one that does, and this file goes with it."""

DESCRIPTION = "targets that no benchmark measures yet"

TARGETS = (("known_vulnerabilities", "known vulnerabilities of dependencies (`make audit`)", "<=", 0),)
