"""What people found out about accounts that were accused: labels that calibration can count by."""
