"""Commands of ``stillwatch console``, one a file."""
