"""Registered authorisations as evidence: what they cover, what they speak for, and where their scope was left.

`holdings` says which exchanges belong to whom, `standing` what that means for candidates and accounts, `uses` what
was seen of each authorisation in the end.
"""
