"""Commands of the key service, one file each."""
