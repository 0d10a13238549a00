"""Saying in public that a model is a copy: after notice to the party named, a waiting time, and four-eyes approval."""
