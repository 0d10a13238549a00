"""The commands of ``stillwatch appeal``, one file each."""
