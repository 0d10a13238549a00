"""The refusal report of the antitrust gate as a page for counsel and for a regulator."""
