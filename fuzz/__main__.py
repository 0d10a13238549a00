"""The command ``python -m fuzz``: lists the targets, fuzzes them, or tries one input again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fuzz.campaign import campaign, guided
from fuzz.registry import target, targets


def main(words: list[str] | None = None) -> int:
    """Runs the command line; returns the status to exit with."""
    parser = argparse.ArgumentParser(
        prog="python -m fuzz", description="Fuzz everything that reads what others send."
    )
    parser.add_argument("names", nargs="*", help="targets; all where none is named")
    parser.add_argument("--time", type=float, default=60.0, help="seconds, shared out among the targets")
    parser.add_argument("--list", action="store_true", help="name the targets")
    parser.add_argument("--again", type=Path, help="try the input in this file again, without atheris")
    asked = parser.parse_args(words)
    try:
        wanted = [target(name) for name in asked.names] or list(targets().values())
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    if asked.list:
        for each in wanted:
            print(f"{each.name:18} {len(each.inputs()):>3} kept inputs  {each.description}")
        return 0
    if asked.again is not None:
        for each in wanted:
            each.load()(asked.again.read_bytes())
            print(f"{each.name} holds", file=sys.stderr)
        return 0
    if not guided():
        print(
            "atheris is not installed: pip install 'stillwatch[fuzz]', or make test tries changed inputs without it"
        )
        return 2
    found = [outcome for outcome in campaign(wanted, asked.time) if outcome.words]
    for outcome in found:
        print(
            f"\n{outcome.target}: {', '.join(map(str, outcome.found)) or 'no input was kept'}\n{outcome.words}"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
