"""The commands of ``stillwatch approvals``, one file each."""
