"""One target under atheris (libFuzzer): ``python -m fuzz.guided NAME`` and libFuzzer's own words."""

from __future__ import annotations

import sys

import atheris

# What numba compiles must be as it was written, and what only starts a service says nothing about a reader.
_AS_WRITTEN = ("stillwatch.traffic", "stillwatch.detection")


def main() -> None:
    """Fuzzes until libFuzzer's limit, or the first fault."""
    from fuzz.registry import target

    with atheris.instrument_imports(include=["stillwatch"], exclude=list(_AS_WRITTEN)):
        tried = target(sys.argv[1]).load()
    tried(b"")  # a service starts with its first request; no input is to blame for that
    atheris.Setup([sys.argv[0], *sys.argv[2:]], tried)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
