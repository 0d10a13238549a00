"""An attacker who reads the detector's documentation and evades it move by move, at a price.

``moves`` holds what can be done, ``trial`` judges one attack among honest people with the real detector,
``search`` looks for the cheapest way to be seen half as well.
"""
