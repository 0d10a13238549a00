"""Keeping: an exchange is sketched on arrival and its text dropped; what remains is columns in a folder.

Flow: `ingest` takes raw blocks from ``logs``, `scan` finds the fields, `textpass` sketches the words,
`pseudonyms` replaces identifiers, `store` keeps the columns, `retention` deletes them with proof.
"""
