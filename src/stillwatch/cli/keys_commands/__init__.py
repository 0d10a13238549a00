"""The commands of ``stillwatch keys``, one file each."""
