"""Fuzzing of everything that reads what others send or what may be damaged; see README.md."""
