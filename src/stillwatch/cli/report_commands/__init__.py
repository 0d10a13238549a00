"""The commands of ``stillwatch report``, one file each."""
