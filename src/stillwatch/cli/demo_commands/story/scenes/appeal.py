"""An account holder objects; another reviewer upholds it; the gateway lets the account through again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from stillwatch.cli.demo_commands.story.reading import Verdicts
from stillwatch.cli.demo_commands.story.scenes.gateway import ask, until

if TYPE_CHECKING:
    from stillwatch.cli.demo_commands.story.cast import Cast
    from stillwatch.cli.demo_commands.story.stage import Stage


def play(stage: Stage, cast: Cast) -> None:
    """File, claim, decide, and see that it is lifted where it took effect."""
    stage.scene("An appeal is upheld, and lifted at the gateway")
    desk, port = cast.a.desk, int(stage.figures["gateway_port"])
    called = Verdicts.read(desk.folder / "findings").called
    account = min(called - cast.a.members, default=min(called))
    desk.write("mail.txt", "My key was stolen, and your support closed it on the day I told you.\n")
    before = ask(port, account)
    filed = desk.json(
        "appeal", "file", account, "--words", "mail.txt", "--reference", "T-4711", "--by", "support-desk"
    )
    name = filed["appeal_id"]
    desk.run("appeal", "claim", name, "--by", "reviewer-2")
    desk.run(
        "appeal",
        "decide",
        name,
        "overturned",
        "--reason",
        "The ticket confirms the theft.",
        "--by",
        "reviewer-2",
    )
    began = time.monotonic()
    until(port, account, 200)
    lifted = time.monotonic() - began
    stage.say(f"answered with {before} before, with 200 {lifted:.1f} s after the decision")
    stage.figures |= {"appeal_before": before, "appeal_lifted_s": round(lifted, 1)}
