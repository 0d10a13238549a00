"""Statements of reasons: what an account holder is told about a measure, and nothing that helps an attacker."""
