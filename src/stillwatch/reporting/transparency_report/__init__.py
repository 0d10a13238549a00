"""The transparency report: what a lab did against distillation, in counts from which nobody can be told."""
