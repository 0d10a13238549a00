"""The commands of ``stillwatch policy``, one file each."""
