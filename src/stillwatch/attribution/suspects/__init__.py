"""The register of suspect models: where they are, whose they are said to be, their versions, and what is due."""
