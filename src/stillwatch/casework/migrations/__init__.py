"""How casework's tables came to be, revision by revision; each part of casework has a line of its own."""
