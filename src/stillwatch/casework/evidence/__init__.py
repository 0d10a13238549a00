"""What a verdict rested on, kept under the digest of its content, and judging it again from that alone."""
