"""The key service: evaluates blinded items for members and learns neither items nor results.

A program of its own for an operator who is not the hub's, because whoever held both the key and the tokens could turn
the tokens back. It keeps keys by epoch, members and what they asked for (how much, never what), and nothing else.
"""
