"""Cases: opened from campaigns, kept one a campaign, worked on by one person at a time."""
