"""The commands of ``stillwatch share``, one a module."""
