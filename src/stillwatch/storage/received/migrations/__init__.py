"""How the database of a member's side of sharing came to its present form, a revision a file."""
