"""What labs tell each other: only core types pass, checked by the gate, matched without being revealed."""
