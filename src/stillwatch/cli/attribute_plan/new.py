"""Write a plan to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.errors import StillwatchError

_PLAN = """\
# A plan of attribution: what is asked of whom, and judged how. `stillwatch attribute commit` settles it;
# from then on nothing in it can change. Paths are relative to this file.
id = "{id}"
question = "Was the model at models.example.com trained on answers served to campaign-7?"

# Tests of the battery; none named means all. Only those that rest on keys can support an accusation.
tests = []

# What may be asked, a prompt a line (or .jsonl with "text"), chosen without a look at any key.
pool = "prompts.txt"

# Keys, decoys, tokeniser and canaries: what `stillwatch keys open` wrote. Keep it to yourself until the report.
material = "material.json"

[suspect]
name = "example-large"      # what sentences call it
url = "https://models.example.com/v1"
model = "example-large"
dialect = "chat"            # or completions
key_env = "SUSPECT_API_KEY" # variable with the key; or key_file = "…" (for its owner alone)
about = "run by the example company, as its page says"
per_minute = 60             # 0: as many as it takes
parallel = 2

# The lab's own model, sampled WITHOUT watermark.
[teacher]
url = "http://127.0.0.1:8000/v1"
model = "our-model"

# Models that cannot have learnt from the teacher. `hard`: they learnt from the same public data.
# 59 of them without an alarm exclude a rate of wrong accusations of 5 %; with fewer, nothing can be supported.
[[controls]]
name = "control-1"
url = "http://127.0.0.1:8001/v1"
model = "open-model"
hard = true
about = "released before the teacher"

[options]
# alpha = 1e-6              # chance of a wrong "supported" over the keys that might have been drawn
# rate = 0.05               # the rate of wrong accusations that the controls must exclude
# prompts = 1000
# max_tokens = 256

[stopping]
rule = "fixed"              # everything is asked, and judged once
requests = 20000            # the most that are sent to one model, tries again included
least_usable = 0.5          # with a smaller share of the suspect's answers there is no verdict
sentinels = 8               # prompts asked again and again, to see whether a model changed midway
sentinel_every = 500
"""


@click.command(epilog="\b\nExample:\n  stillwatch attribute plan new plan.toml")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Write a plan to FILE, with every part explained."""
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(_PLAN.format(id=f"att-{file.stem}"))
    except FileExistsError as error:
        raise StillwatchError(
            "there is a file of that name", code="SW-ATT-78", where=str(file), hint="name another one"
        ) from error
    Output().path(file)
