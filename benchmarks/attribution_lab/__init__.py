"""The parts of benchmark ``attribution``: a small world of language, models trained in it, their trial."""
