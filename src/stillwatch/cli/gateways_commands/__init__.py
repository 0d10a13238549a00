"""The commands of ``stillwatch gateways``, one a file."""
