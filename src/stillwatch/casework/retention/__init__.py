"""Keeping the raw text of one case for a while: ordered by two people, encrypted, and provably destroyed."""
