"""The commands of ``stillwatch decisions``, one file each."""
