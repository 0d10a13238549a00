"""Is a model a copy of ours, which safeguards did it lose, and what did the taking cost."""
