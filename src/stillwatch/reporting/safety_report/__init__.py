"""The safety gap as a page and as JSON: both models' rates, differences with intervals, and what limits them."""
