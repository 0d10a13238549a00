"""A second lab's view: from the archive, a public key and nothing else, whether all of it holds and comes out alike."""
