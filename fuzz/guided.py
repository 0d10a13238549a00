"""One target under atheris (libFuzzer): ``python -m fuzz.guided NAME`` and libFuzzer's own words."""

from __future__ import annotations

import sys

import atheris


def main() -> None:
    """Fuzzes until libFuzzer's limit, or the first fault."""
    from fuzz.compiled import as_written
    from fuzz.registry import target

    with atheris.instrument_imports(include=["stillwatch"], exclude=as_written()):
        tried = target(sys.argv[1]).load()
    tried(b"")  # a service starts with its first request; no input is to blame for that
    atheris.Setup([sys.argv[0], *sys.argv[2:]], tried)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
