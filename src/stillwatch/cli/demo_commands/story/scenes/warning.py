"""What two people approved goes through the gate to the hub; lab B, warned, is compared with itself unwarned."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stillwatch.cli.demo_commands.story.reading import Verdicts
from stillwatch.cli.demo_commands.story.scenes.harvest import CASE

if TYPE_CHECKING:
    from stillwatch.cli.demo_commands.story.cast import Cast
    from stillwatch.cli.demo_commands.story.stage import Stage


def play(stage: Stage, cast: Cast) -> None:
    """Disclose, publish, pull, match, and judge lab B's traffic with and without."""
    stage.scene("Lab A tells the others, through the antitrust gate")
    a, b = cast.a.desk, cast.b.desk
    logs = "traffic/exchanges.jsonl.gz"
    service = ("--keyservice", f"http://127.0.0.1:{cast.key_port}", "--keyservice-key", cast.signer)
    asked = a.json(
        "disclose", "request", CASE, "--logs", logs, *service,
        "--keyservice-token", "stillwatch-node/keys.token", "--by", "analyst-1",
    )  # fmt: skip
    name, digest = asked["disclosure_id"], asked["digest"]
    for person in ("reviewer-1", "counsel-1"):
        a.run(
            "disclose", "approve", name, "--digest", digest[:12], "--reason", "only technical", "--by", person
        )
    sent = a.json("share", "publish")["counts"]
    stage.say(f"{sent['accepted']} indicators are on the hub, {sent['refused']} were refused")
    stage.scene("Lab B, warned, against itself unwarned")
    pulled = b.json("intel", "pull")
    met = b.json("intel", "match", logs, "--keyservice", "stillwatch-node/keyservice.toml")
    stage.say(
        f"{pulled['new']} indicators come in; {len(met['matches'])} marks are met in lab B's own traffic"
    )
    earlier = ("--baseline", "earlier/exchanges.jsonl.gz", "-q")
    b.run("detect", logs, *earlier, "--out", "findings-alone")
    b.run("detect", logs, *earlier, "--intel", "stillwatch-node/sharing.sqlite", "--out", "findings")
    alone, warned = (Verdicts.read(b.folder / name) for name in ("findings-alone", "findings"))
    leaked = [each.leaked(cast.b.world) for each in (alone, warned)]
    stage.say(
        f"answers the attacker got before the first alarm: {leaked[0]:,} without the hub, {leaked[1]:,} with it; "
        f"called attack: {len(alone.called & cast.b.members)} and {len(warned.called & cast.b.members)} "
        f"of {len(cast.b.members)} accounts"
    )
    stage.figures |= {
        "shared": sent["accepted"],
        "b_members": len(cast.b.members),
        "b_leaked_alone": leaked[0],
        "b_leaked_warned": leaked[1],
        "b_called_alone": len(alone.called & cast.b.members),
        "b_called_warned": len(warned.called & cast.b.members),
        "b_honest_accused_alone": len(alone.called - cast.b.members),
        "b_honest_accused_warned": len(warned.called - cast.b.members),
    }
    _innocents(stage, cast)


def _innocents(stage: Stage, cast: Cast) -> None:
    """Those who look most alike and were left alone."""
    stage.scene("Who was left alone")
    counted: dict[str, list[int]] = {}
    for lab in (cast.a, cast.b):
        called = Verdicts.read(lab.desk.folder / "findings").called
        for name, about in lab.world.truth.items():
            if about.campaign_id is None and about.label != "attack":
                kind = counted.setdefault(about.archetype, [0, 0])
                kind[0] += 1
                kind[1] += name in called
    for alike in ("distillation_partner", "student_course", "reseller", "red_team", "evaluation_harness"):
        if alike in counted:
            people, accused = counted[alike]
            stage.say(f"{alike.replace('_', ' ')}: {people} accounts, {accused} accused")
    accused = sum(each[1] for each in counted.values())
    stage.say(
        f"all honest accounts of both labs: {sum(each[0] for each in counted.values()):,}, {accused} accused"
    )
    stage.figures["honest_by_kind"] = json.loads(json.dumps(counted))
    stage.figures["honest_accused"] = accused
