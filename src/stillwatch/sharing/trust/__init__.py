"""How much a report counts: by what became of earlier ones, never by how many heads say it.

A member's word weighs what its adjudicated sightings say it is worth (`standing`), reports add up only as far as their
errors are independent (`corroboration`), values that many innocents share count for nothing (`warninglists`), and who
gives gets (`reciprocity`). Nothing here decides about an account: it says how far others' evidence can be relied on.
"""
