"""What an estimate consists of, one part a file; each says what it needs and how it is worked out."""
