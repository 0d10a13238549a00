"""The commands of ``stillwatch safety-gap``, one a file."""
