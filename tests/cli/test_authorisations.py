"""Authorisations on the command line: from a file, and from the casework database once counsel has agreed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Call

PLACE = ("--cases", "cases.sqlite")


def written(folder: Path, accounts: list[str], until: str = "2099-12-31", **more: object) -> Path:
    """An authorisation for some accounts."""
    lines = [
        "[[distillation]]",
        'name = "Example Lab"',
        'owner = "partnerships"',
        'agreement = "MSA-14"',
        f"until = {until}",
        f"accounts = {json.dumps(accounts)}",
        *(f"{key} = {json.dumps(value)}" for key, value in more.items()),
    ]
    place = folder / "authorisations.toml"
    place.write_text("\n".join(lines) + "\n")
    return place


def campaign_of(found: Path) -> dict[str, object]:
    return json.loads((found / "campaigns.jsonl").read_text().splitlines()[0])  # type: ignore[no-any-return]


def verdicts_in(folder: Path) -> dict[str, dict[str, object]]:
    return {v["account_id"]: v for v in map(json.loads, (folder / "verdicts.jsonl").read_text().splitlines())}


def test_a_partner_beyond_its_scope_gets_an_alarm_of_its_own_and_everybody_else_is_judged_as_before(
    call: Call, found: Path, world: Path, tmp_path: Path
) -> None:
    before = verdicts_in(found)
    members = list(campaign_of(found)["accounts"])  # type: ignore[call-overload]
    accounts = [each for each in members if before[each]["verdict"] == "attack"]
    place = written(tmp_path, accounts, volume=1, period="month")
    status, _, err = call("detect", world / "exchanges.jsonl.gz", "--authorisations", place, "--out", "o")
    assert status == 0
    assert "scope alarm (example-lab, volume): at least" in err
    after = verdicts_in(tmp_path / "o")
    assert {after[a]["verdict"] for a in accounts} <= {"watch", "clear"}  # clear: by the end it had faded
    for each in accounts:
        assert any(
            reason["detector"] == "authorised" for reason in after[each]["reasons"]
        )  # never in silence
    assert all(after[a]["verdict"] == before[a]["verdict"] for a in after if a not in members)
    (use,) = map(json.loads, (tmp_path / "o" / "authorisations.jsonl").read_text().splitlines())
    assert (use["authorisation_id"], use["alarms"][0]["breach"]) == ("example-lab", "volume")
    assert "Scope alarms" in (tmp_path / "o" / "report.html").read_text(encoding="utf-8")
    shown = call("explain", accounts[0], "--out", "o")[1]
    assert "“Example Lab”, MSA-14, owner partnerships, until 2099-12-31 (authorised)" in shown


def test_an_authorisation_counts_from_the_database_once_counsel_has_agreed(
    call: Call, tmp_path: Path
) -> None:
    assert call("people", "add", "administrator-1", "--role", "administrator", *PLACE)[0] == 0
    by = ("--by", "administrator-1", *PLACE)
    assert call("people", "add", "counsel-1", "--role", "counsel", *by)[0] == 0
    place = written(tmp_path, ["acct-1"])
    assert "example-lab" in call("authorisations", "check", place)[1]
    status, _, err = call("authorisations", "add", place, *by)
    assert status == 0
    approval = err.split("approvals approve ")[1].split()[0]
    assert json.loads(call("authorisations", "list", "--json", *PLACE)[1])[0]["standing"] == "waiting"
    assert call("approvals", "approve", approval, "--by", "counsel-1", *PLACE)[0] == 0
    assert "in-force" in call("authorisations", "show", "example-lab", *PLACE)[1]
    assert "nothing has changed" in call("authorisations", "add", place, *by)[2]
    assert (
        call("authorisations", "list", "--ends-within", "30", *PLACE)[1] == "there is no such authorisation\n"
    )
    said = ("--reason", "ended early", *by)
    assert call("authorisations", "withdraw", "example-lab", *said)[0] == 0
    assert "withdrawn" in call("authorisations", "show", "example-lab", *PLACE)[1]
    status, _, err = call("authorisations", "withdraw", "exampel-lab", *said)
    assert (status, "did you mean example-lab?" in err) == (2, True)


def test_a_file_with_a_mistake_is_refused_before_anything_is_read(call: Call, tmp_path: Path) -> None:
    place = written(tmp_path, ["acct-1"], modells=["m"])
    status, out, err = call("detect", "none.jsonl", "--authorisations", place, "--out", "o")
    assert (status, out) == (2, "")
    assert "error[SW-AUT-04]: 'modells' is not said of an authorisation" in err
    assert "did you mean models?" in err
    assert not (tmp_path / "o").exists()


def test_a_database_that_is_not_there_is_refused(call: Call) -> None:
    status, _, err = call("detect", "none.jsonl", "--authorisations", "none.sqlite", "--out", "o")
    assert (status, "error[SW-SQL-10]" in err) == (3, True)
