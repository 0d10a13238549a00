"""What runs on a serving machine: which key a request gets, and the logits processors that lean towards it."""
