"""One file for each thing that is fuzzed, with ``DESCRIPTION`` and ``attempt(data)``; found by looking here."""
