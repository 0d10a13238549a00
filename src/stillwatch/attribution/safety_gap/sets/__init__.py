"""Sets of prompts, one a file: the project's own, which ships, and public ones, which are read from files."""
