"""Plans: what is asked of whom, judged how, settled and committed to the ledger before the suspect is asked anything.

`reading` takes the file that a person writes, `preparing` turns it into a `plan` in which nothing is left open,
`book` commits it and refuses one that was altered afterwards, `sufficiency` says what it cannot show.
"""
