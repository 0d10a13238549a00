"""What members send, from the first byte to the answer: read within bounds, proven to be theirs, stored."""
