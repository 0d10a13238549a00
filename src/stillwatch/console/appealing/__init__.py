"""Appeals, gathered for their pages."""
