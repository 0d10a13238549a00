"""The command ``python -m benchmarks [NAME]``: every target with what was measured, or one benchmark run and kept."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import figure_table, harness, keeping


def main(words: list[str] | None = None) -> int:
    """Runs the command line; returns the status to exit with."""
    asked = _parser().parse_args(words)
    known = harness.discover()
    if asked.name is None:
        print(figure_table.as_text(figure_table.rows(known.values())))
        print("\nmake bench NAME=list names the benchmarks, make bench NAME=… runs one and keeps its figures")
        return 0
    if asked.name == "list":
        print(harness.listing(known))
        return 0
    if asked.name not in known or not known[asked.name].runs:
        print(harness.unknown(asked.name, known), file=sys.stderr)
        return 2
    benchmark = known[asked.name]
    if asked.result is None:
        result = harness.run(benchmark, small=asked.small)
    else:
        result = json.loads(asked.result.read_text("utf-8").splitlines()[-1])
        if result["benchmark"] != asked.name:
            print(
                f"{asked.result} is a result of {result['benchmark']}, not of {asked.name}", file=sys.stderr
            )
            return 2
    print(json.dumps(result))
    keep = asked.keep if asked.keep is not None else not result["small"]
    if keep and benchmark.targets:
        for figure, value in keeping.keep(result, benchmark.targets, asked.note).items():
            print(f"kept: {figure} {value.value:g}, {value.size} run", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Show every figure that has a target, or run one benchmark."
    )
    parser.add_argument(
        "name", nargs="?", help="which to run; `list` names them; without it the table is shown"
    )
    parser.add_argument("--small", action="store_true", help="a version that takes less than a minute")
    parser.add_argument(
        "--keep",
        action=argparse.BooleanOptionalAction,
        help="keep the figures that have a target in benchmarks/figures (by default those of full runs)",
    )
    parser.add_argument("--note", default="", help="kept with the figures, such as `shared machine`")
    parser.add_argument(
        "--result",
        type=Path,
        help="do not run it: take the line of JSON that an earlier run printed from this file",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
