"""What labs tell each other and how: objects, gate, signatures, matching, trust, the way to the hub and back."""
