"""How the hub's tables came to be, revision by revision."""
