"""The parts of the overview: what leaks, what people do, what is enforced, whether data and promise hold."""
