"""The commands of ``stillwatch attribute plan``, one file each."""
