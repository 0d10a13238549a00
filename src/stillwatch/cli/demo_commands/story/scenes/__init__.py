"""The scenes of the story, one a file; each is played on what those before it left."""
