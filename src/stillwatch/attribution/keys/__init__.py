"""Which key an account is served under: derived from one master secret, committed to before use, opened when needed."""
