"""How the tables of the matching cache came to be."""
