"""One detector a file; each is found by its module-level ``DETECTOR``."""
