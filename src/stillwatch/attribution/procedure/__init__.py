"""The procedure: a committed plan is run, judged, and can be redone by others from its archive."""
