"""The commands of ``stillwatch disclose``, one file each."""
