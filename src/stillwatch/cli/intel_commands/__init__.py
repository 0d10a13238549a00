"""The commands of ``stillwatch intel``, one a module."""
