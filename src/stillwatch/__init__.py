"""Stillwatch finds adversarial distillation in the logs of a model API and says why."""

__version__ = "0.1.0"
