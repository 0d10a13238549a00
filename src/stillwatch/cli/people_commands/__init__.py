"""The commands of ``stillwatch people``, one file each."""
