"""What was released to leave the lab and waits to be sent."""
