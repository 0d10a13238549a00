"""Matching without revealing: blinded identifiers, keyed template signatures, and what may be neither.

An identifier that somebody could guess must not leave the lab as a hash. `floor` says which may be blinded, `blinder`
blinds them with the help of a key service that learns nothing (`voprf`), `template` makes signatures of prompts whose
key only members have, `values` is how both look in an indicator.
"""
