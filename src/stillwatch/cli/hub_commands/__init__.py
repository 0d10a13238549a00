"""The commands of ``stillwatch hub``, one file each."""
