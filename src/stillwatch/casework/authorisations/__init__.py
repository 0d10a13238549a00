"""Authorisations: written as a file, kept with owner and end, read by detection as evidence for innocence."""
