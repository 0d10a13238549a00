"""What can be demonstrated besides logs that were written before."""
