"""Pieces of the ASGI gateway: what is read, what is sent."""
