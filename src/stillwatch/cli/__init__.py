"""The command line: one file per noun, each holding a click command named ``command``."""

from __future__ import annotations

from stillwatch.cli.frame import main

__all__ = ["main"]
