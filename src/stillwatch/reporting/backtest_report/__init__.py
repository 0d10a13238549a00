"""A policy that was tried on the past: who would have been caught, who hit by mistake, and how sure that is."""
