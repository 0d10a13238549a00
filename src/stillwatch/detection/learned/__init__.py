"""What was fitted to worlds of the training split: numbers, with the card of how they came about."""
