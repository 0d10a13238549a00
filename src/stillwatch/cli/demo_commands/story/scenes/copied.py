"""A model turns up that was trained on what leaked: is it a copy, and what did it cost?

The models here are of word pairs, small enough to be made while one watches. Everything around them is what a lab uses:
the key schedule, the serving file, the committed plan, questions over HTTP, the archive, and a second lab's check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.serving.serving_keys import ServingKeys
from stillwatch.attribution.tokenising import write_words
from stillwatch.cli.demo_commands.gateways import free_port
from stillwatch.cli.demo_commands.model_api import serve_in_thread
from stillwatch.cli.demo_commands.story.model_endpoint import WordModelApi
from stillwatch.cli.demo_commands.story.reading import Verdicts
from stillwatch.cli.demo_commands.story.word_models import Model, learned, world

if TYPE_CHECKING:
    from stillwatch.cli.demo_commands.story.cast import Cast
    from stillwatch.cli.demo_commands.story.stage import Stage

_WORDS: Final = 400
_LENGTH: Final = 80
_PUBLIC: Final = 300
_CONTROLS: Final = 60
_PROMPTS: Final = 100
_PLAN: Final = """\
id = "att-suspect"
question = "Was the model `suspect` trained on answers that were served to the campaign?"
tests = ["watermark", "account-trace"]
pool = "prompts.txt"
material = "material.json"

[suspect]
url = "{url}"
model = "suspect"
about = "a model that turned up after the campaign"
per_minute = 0
parallel = 4

[teacher]
url = "{url}"
model = "teacher"
per_minute = 0
parallel = 4

{controls}
[options]
prompts = {prompts}
"""
_CONTROL: Final = """\
[[controls]]
name = "{name}"
url = "{url}"
model = "{name}"
hard = {hard}
about = "made without the teacher"
per_minute = 0
parallel = 4

"""


def play(stage: Stage, cast: Cast) -> None:
    """Serve under keys, train the copy on what leaked, attribute it, let lab B check, and estimate the loss."""
    stage.scene("A model turns up: is it a copy?")
    desk = cast.a.desk
    desk.run("keys", "begin", "--slots", 16, "--by", "administrator-1")
    desk.run("keys", "assign", "--findings", "findings", "--by", "analyst-1")
    desk.run("keys", "serving", "serving-keys.json")
    models, cluster = _models(cast, int(stage.figures["a_leaked"]))
    desk.run("keys", "rotate", "--by", "administrator-1")
    write_words(desk.folder / "tokenizer.json", [f"w{word} " for word in range(_WORDS)])
    desk.run(
        "keys", "open", cluster, "--epoch", "e1", "--tokeniser", "tokenizer.json", "--decoys", 100,
        "--out", "material.json", "--by", "analyst-1",
    )  # fmt: skip
    port = free_port()
    serve_in_thread(WordModelApi(models, _LENGTH), port)
    _write_plan(cast, models, f"http://127.0.0.1:{port}/v1")
    desk.run("attribute", "commit", "plan.toml", "--by", "analyst-1")
    desk.run("attribute", "run", "plan.toml", "--out", "archive", "-q", "--by", "analyst-1")
    found = desk.json("attribute", "report", "archive", "--material", "material.json", "--by", "analyst-1")
    stage.say(str(found["sentence"]))
    for reason in found["because"]:
        stage.say(f"- {reason}")
    key = desk.json("ledger", "head")["public_key"]
    checked = cast.b.desk.json("attribute", "verify", desk.folder / "archive", "--key", key)
    stage.say(
        f"lab B recomputes it from the archive: {'everything holds' if checked['holds'] else 'something differs'}"
    )
    stage.figures |= {"copy_verdict": found["verdict"], "copy_verified": checked["holds"]}
    stage.scene("What it cost, for lab A's own eyes")
    loss = desk.json("loss", "estimate", "findings", "--out", "loss")
    total = loss["total"]
    stage.say(
        f"{total['low']:,.0f} to {total['high']:,.0f} {loss['currency']}, by the assumptions in loss/report.html; "
        "none of it passes the gate"
    )
    stage.figures |= {"loss_low": total["low"], "loss_high": total["high"]}


def _models(cast: Cast, leaked: int) -> tuple[dict[str, Model], str]:
    """Teacher, copy and controls; and the cluster whose key the copy was fed under."""
    rng = np.random.default_rng(20_260_101)
    public = world(_WORDS, rng)
    teacher = learned(public.says(10 * _PUBLIC, rng, _LENGTH), words=_WORDS)
    desk = cast.a.desk
    serving = ServingKeys.read(desk.folder / "serving-keys.json")
    verdicts = Verdicts.read(desk.folder / "findings")
    account = min(verdicts.called & cast.a.members)
    answers = teacher.under(serving.key_for(account), serving.settings).says(leaked, rng, _LENGTH)
    models = {
        "teacher": teacher,
        "suspect": learned(answers, public.says(leaked // 4, rng, _LENGTH), words=_WORDS),
    }
    for number in range(_CONTROLS):
        hard = number % 2 == 0
        models[f"control-{number + 1}"] = (
            learned(public.says(_PUBLIC, rng, _LENGTH), words=_WORDS) if hard else world(_WORDS, rng)
        )
    return models, str(verdicts.by_account[account]["campaign_id"])


def _write_plan(cast: Cast, models: dict[str, Model], url: str) -> None:
    controls = [name for name in models if name.startswith("control-")]
    listed = [
        _CONTROL.format(name=name, url=url, hard=str(k % 2 == 0).lower()) for k, name in enumerate(controls)
    ]
    desk = cast.a.desk
    desk.write("plan.toml", _PLAN.format(url=url, controls="".join(listed), prompts=_PROMPTS))
    desk.write("prompts.txt", "".join(f"go on from word {number}\n" for number in range(4 * _PROMPTS)))
