"""What other members said and what came of it: received indicators, where they came from, what of it was met here."""
