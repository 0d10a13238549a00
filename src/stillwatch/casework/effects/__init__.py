"""What cases do outside: orders to enforcement, taking them back everywhere, and proof of how far that got."""
