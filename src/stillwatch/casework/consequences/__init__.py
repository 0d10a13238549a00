"""What follows from deciding: measures that cases order, mistakes taken back, and the rounds that see to it."""
