"""What an action means in HTTP: refusals, pacing, smaller requests."""
