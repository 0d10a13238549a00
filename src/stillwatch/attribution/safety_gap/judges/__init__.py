"""Judges: whoever reads an answer and says whether the model complied, refused, or neither can be told."""
