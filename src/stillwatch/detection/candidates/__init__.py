"""Candidate campaigns: what they consist of, who belongs to them, and the same ones again at the next look."""
