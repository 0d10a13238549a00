"""What may leave the lab, as the console's pages about disclosure need it."""
