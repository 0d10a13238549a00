"""The archive of a run: every answer in a chain of digests, beside the plan, so that others can recompute all of it."""
