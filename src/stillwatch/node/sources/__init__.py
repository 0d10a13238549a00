"""Where a node takes exchanges from besides HTTP, one file a kind; each offers ``SOURCE``."""
