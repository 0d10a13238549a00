"""The commands of ``stillwatch authorisations``, one file each."""
