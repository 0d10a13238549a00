"""The nouns every other part speaks of: frozen, typed, and importing nothing of ours."""
