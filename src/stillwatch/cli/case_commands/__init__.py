"""What can be done with cases, a file each."""
