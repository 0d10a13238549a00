"""What the page about attribution shows and does: suspect models, plans, results, publications."""
