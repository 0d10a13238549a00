"""The commands of ``stillwatch attribute``, one file each."""
