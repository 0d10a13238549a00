"""The battery: one file a test, each saying what it must ask, what the answers show, and how surprising that is."""
