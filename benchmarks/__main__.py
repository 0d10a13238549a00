"""The command ``python -m benchmarks [NAME] [--small]``: lists the benchmarks, or runs one."""

from __future__ import annotations

import argparse
import sys

from benchmarks import harness


def main(words: list[str] | None = None) -> int:
    """Runs the command line; returns the status to exit with."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Run one benchmark, or list them."
    )
    parser.add_argument("name", nargs="?", help="which to run; without it they are listed")
    parser.add_argument("--small", action="store_true", help="a version that takes less than a minute")
    asked = parser.parse_args(words)
    known = harness.discover()
    if asked.name is None:
        print(harness.listing(known))
        return 0
    if asked.name not in known:
        print(harness.unknown(asked.name, known), file=sys.stderr)
        return 2
    print(harness.run(known[asked.name], small=asked.small))
    return 0


if __name__ == "__main__":
    sys.exit(main())
