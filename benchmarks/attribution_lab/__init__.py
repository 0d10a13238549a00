"""The parts of benchmark ``attribution``: a small world of language, models trained in it, and what they are tried for."""
