"""Fitting what the detectors' figures weigh, to worlds of the training split and to nothing else."""
