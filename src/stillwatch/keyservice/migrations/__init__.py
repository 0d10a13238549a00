"""How the key service's tables came to be."""
