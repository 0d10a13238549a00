"""The weekly operations report: what came, what was done, what waits, and what to look at first."""
