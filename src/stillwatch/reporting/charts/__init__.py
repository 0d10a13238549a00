"""Charts as plain SVG: pure functions from core types to markup, the same input giving the same bytes."""
