"""Canaries: rare questions on which nothing hangs, where a key decides which of several equal answers is given."""
