"""The commands of ``stillwatch gate``, one file each."""
