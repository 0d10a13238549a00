"""The adapter to inspect-ai: its logs are read without it, and the prompts can be run as one of its tasks with it."""
