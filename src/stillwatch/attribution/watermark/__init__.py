"""The watermark: which tokens a key favours, how serving leans towards them, and what leans towards them later."""
