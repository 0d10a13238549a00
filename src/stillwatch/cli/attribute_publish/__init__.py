"""The commands of ``stillwatch attribute publish``, one file each."""
