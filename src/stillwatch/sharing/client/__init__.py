"""A member's way to a hub and back: what was approved goes out once, what others reported comes in with its cursor."""
