"""Staying current at a gateway: follow the node's stream, keep the last known decisions, and say how it goes."""
