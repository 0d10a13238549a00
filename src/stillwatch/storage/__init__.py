"""Where the nouns are kept: SQLite by default, with migrations."""
