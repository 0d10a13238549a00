"""The commands of ``stillwatch attribute suspects``, one file each."""
