"""Running contenders on made worlds: make the worlds, run Stillwatch and the baselines, score them all, keep a log."""
