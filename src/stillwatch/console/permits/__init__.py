"""Authorisations, gathered for their pages."""
