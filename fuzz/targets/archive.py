"""The archive of an attribution that another lab sent to be verified."""

from __future__ import annotations

from fuzz.files import through_file
from stillwatch.attribution.archive.chain import read_chain
from stillwatch.attribution.archive.manifest import read_manifest
from stillwatch.attribution.plans.plan import read_plan

DESCRIPTION = "archives of attributions"


def attempt(data: bytes) -> None:
    """The first byte chooses which file of an archive it is."""
    part, content = (data[0] % 3 if data else 0), data[1:]
    if part == 0:
        through_file(lambda path: list(read_chain(path)), content, "answers.jsonl")
    elif part == 1:
        read_manifest(content, "manifest")
    else:
        read_plan(content, "plan")
