"""One engine a file, which runs the detectors' expressions; each is found by its module-level ``ENGINE``."""
