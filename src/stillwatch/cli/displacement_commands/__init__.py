"""The commands of ``stillwatch displacement``, one file each."""
