"""The commands of ``stillwatch ledger``, one file each."""
