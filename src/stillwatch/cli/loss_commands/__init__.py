"""The commands of ``stillwatch loss``, one a file."""
