"""What members send: read within bounds, proven to be theirs, judged by the gate, rewritten, and stored with its entry."""
