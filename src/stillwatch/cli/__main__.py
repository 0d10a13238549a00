"""Lets ``python -m stillwatch.cli`` do what ``stillwatch`` does."""

from __future__ import annotations

from stillwatch.cli.frame import main

main()
