"""One file for each thing that is fuzzed, with ``DESCRIPTION`` and ``attempt(data)``; they are found by looking here."""
