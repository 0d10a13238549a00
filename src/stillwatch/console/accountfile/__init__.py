"""One account, gathered for its page."""
