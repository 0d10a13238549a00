"""Wording: phrase banks, subjects and forms, all shared by honest people and campaigns."""
