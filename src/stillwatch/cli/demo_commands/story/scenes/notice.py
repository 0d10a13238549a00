"""A notification to a government: drafted from the case, approved by two roles, read by the agency alone."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

from stillwatch.cli.demo_commands.story.scenes.harvest import CASE

if TYPE_CHECKING:
    from stillwatch.cli.demo_commands.story.cast import Cast
    from stillwatch.cli.demo_commands.story.stage import Stage


def play(stage: Stage, cast: Cast) -> None:
    """Draft, approve, send; then the agency reads."""
    stage.scene("A government is notified")
    desk = cast.a.desk
    desk.run(
        "notify",
        "draft",
        CASE,
        "--agency",
        "the agency",
        "--submitter",
        "lab-a",
        "--out",
        "notification.toml",
    )
    name = desk.run("notify", "approve", "notification.toml", "--by", "analyst-1").strip()
    for person in ("reviewer-1", "counsel-1"):
        desk.run("notify", "approve", name, "--by", person)
    desk.run("notify", "send", name, "--by", "analyst-1", "--out", "handed-over")
    objects = _government(cast)
    stage.say(
        f"the agency reads {len(objects)} objects: {', '.join(sorted({each['type'] for each in objects}))}"
    )
    stage.figures["agency_objects"] = len(objects)
    desk.run("ledger", "export", "ledger")
    key = desk.json("ledger", "head")["public_key"]
    whole = desk.json("ledger", "verify", "ledger", "--key", key)
    stage.say(f"lab A's ledger of {whole['entries']} entries is whole, by its export and public key alone")
    stage.figures["ledger_entries"] = whole["entries"]


def _government(cast: Cast) -> list[dict[str, Any]]:
    """The objects of the hub's government collection, as the agency gets them (TAXII 2.1)."""
    root = f"http://127.0.0.1:{cast.hub_port}/taxii2/stillwatch/"
    headers = {"Authorization": f"Bearer {cast.agency_token}", "Accept": "application/taxii+json;version=2.1"}

    def get(url: str) -> Any:
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 -- a hub on this machine
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())

    collections = get(f"{root}collections/")["collections"]
    one = next(each for each in collections if each.get("alias") == "government")
    return list(get(f"{root}collections/{one['id']}/objects/").get("objects", []))
