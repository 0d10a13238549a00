"""The commands of ``stillwatch notify``, one a module."""
