"""Lab A finds the harvest in its logs, and people decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.cli.demo_commands.story.reading import Verdicts

if TYPE_CHECKING:
    from stillwatch.cli.demo_commands.story.cast import Cast
    from stillwatch.cli.demo_commands.story.stage import Stage

CASE = "case-1"


def play(stage: Stage, cast: Cast) -> None:
    """Detect, open, claim, simulate, decide, block."""
    stage.scene("Lab A: a harvest is found, and people decide")
    desk, lab = cast.a.desk, cast.a
    desk.run(
        "detect",
        "traffic/exchanges.jsonl.gz",
        "--baseline",
        "earlier/exchanges.jsonl.gz",
        "--out",
        "findings",
        "-q",
    )
    found = Verdicts.read(desk.folder / "findings")
    called = found.called & lab.members
    leaked = found.leaked(lab.world)
    stage.say(
        f"{len(called)} of the attacker's {len(lab.members)} accounts are called attack; "
        f"{leaked:,} answers had leaked by the first alarm"
    )
    stage.figures |= {
        "a_members": len(lab.members),
        "a_called": len(called),
        "a_honest_accused": len(found.called - lab.members),
        "a_leaked": leaked,
    }
    desk.run("case", "open", "findings", "--by", "analyst-1")
    desk.run("case", "claim", CASE, "--by", "analyst-1")
    desk.run("case", "replay", CASE, "--by", "analyst-1")
    why = "One pool of tasks over a crew of accounts that began together."
    desk.run(
        "case", "enforce", CASE, "block", "--shadow", "--for", "7d", "--reason", why, "--by", "analyst-1"
    )
    desk.run("case", "decide", CASE, "confirmed", "--reason", why, "--by", "analyst-1")
    desk.run("case", "enforce", CASE, "block", "--for", "7d", "--reason", why, "--by", "analyst-1")
