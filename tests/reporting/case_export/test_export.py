from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3
from tests.casework.campaigns import names
from tests.casework.disclosure.logs import MEMBERS
from tests.casework.lab import Lab
from tests.reporting.case_export.exports import Made, exported, worked_case

from stillwatch.errors import StillwatchError
from stillwatch.reporting.case_export.masking import Masks
from stillwatch.reporting.case_export.package import write
from stillwatch.reporting.case_export.proofs import withheld_hold
from stillwatch.sharing.stix import from_stix
from stillwatch.storage.ledger.proof_file import verify_proof

GOLDEN = Path(__file__).parent / "golden"
FILES = [
    "HOW-TO-VERIFY.md",
    "SHA256SUMS",
    "case.html",
    "case.json",
    "ledger/proof.json",
    "ledger/public-key.txt",
    "ledger/withheld.json",
    "manifest.json",
    "stix.json",
]
CHANCE = re.compile(
    r"(?:dsc|apr|out)-[0-9a-z]+|(?:indicator|campaign)--[0-9a-f-]{36}|\b[0-9a-f]{64}\b|e3:[0-9a-f]{512}"
)


def settled(text: str) -> str:
    """Text in which what is drawn by chance has one name, in order of appearance."""
    found: dict[str, str] = {}
    return CHANCE.sub(lambda match: found.setdefault(match[0], f"(chance {len(found) + 1})"), text)


def loaded(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_bytes())


def test_an_export_has_these_files_and_only_its_owner_may_read_them(made: Made) -> None:
    for folder in (made.masked, made.plain):
        found = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
        assert found == FILES
        for path in (folder, *folder.rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("name", ["case.html", "case.json", "HOW-TO-VERIFY.md"])
def test_the_export_is_as_the_golden_one(made: Made, name: str) -> None:
    """Set STILLWATCH_REGENERATE=1 to rewrite the golden files after an intended change."""
    text = settled((made.masked / name).read_text(encoding="utf-8"))
    golden = GOLDEN / name
    if os.environ.get("STILLWATCH_REGENERATE") == "1":
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert text == golden.read_text(encoding="utf-8")


def test_nothing_in_a_masked_export_names_an_account_an_exchange_or_a_customer(made: Made) -> None:
    secrets = [*names(1, len(MEMBERS)), "req-secret-1", "org-example", "Example Resale", "00ff00ff00ff00ff"]
    for path in made.masked.rglob("*"):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert [each for each in secrets if each in text] == [], path.name


def test_an_export_with_ids_says_so_and_has_them(made: Made) -> None:
    assert loaded(made.plain, "manifest.json")["account_ids"] is True
    page = (made.plain / "case.html").read_text(encoding="utf-8")
    assert "Handle it as personal data" in page
    assert "acct-00001" in page
    assert loaded(made.plain, "case.json")["campaign"]["exemplars"] == [
        ["acct-00001", "req-secret-1", "2026-03-02T00:00:00.000Z"]
    ]
    assert loaded(made.plain, "ledger/withheld.json") == []


def test_every_entry_of_the_case_is_proven_to_whoever_has_the_public_key(made: Made) -> None:
    key = made.lab.records.ledger.current_key()
    for folder in (made.masked, made.plain):
        proof, withheld = loaded(folder, "ledger/proof.json"), loaded(folder, "ledger/withheld.json")
        assert verify_proof(proof, key).entries == len(proof["entries"])
        assert withheld_hold(tuple(withheld), proof["head"])
        proven = sorted(each["index"] for each in (*proof["entries"], *withheld))
        assert proven == loaded(folder, "case.json")["ledger_entries"]
        assert (folder / "ledger/public-key.txt").read_text().strip() == key
    assert made.told.withheld == len(loaded(made.masked, "ledger/withheld.json")) > 0


def test_a_withheld_entry_is_the_one_that_the_other_export_shows(made: Made) -> None:
    shown = {each["index"]: each["leaf"] for each in loaded(made.plain, "ledger/proof.json")["entries"]}
    for each in loaded(made.masked, "ledger/withheld.json"):
        leaf = shown[each["index"]]
        assert hashlib.sha256(b"\0" + leaf.encode()).hexdigest() == each["leaf_hash"]
        assert re.search(r"acct-\d{5}", leaf)


def test_a_withheld_entry_that_was_exchanged_is_noticed(made: Made) -> None:
    withheld = loaded(made.masked, "ledger/withheld.json")
    head = loaded(made.masked, "ledger/proof.json")["head"]
    withheld[0]["leaf_hash"] = hashlib.sha256(b"another").hexdigest()
    assert not withheld_hold(tuple(withheld), head)


def test_the_manifest_has_the_digest_of_every_file_and_the_ledger_has_the_manifests(made: Made) -> None:
    manifest = loaded(made.masked, "manifest.json")
    for each in manifest["files"]:
        content = (made.masked / each["name"]).read_bytes()
        assert each["bytes"] == len(content)
        assert each["blake3"] == blake3(content).hexdigest()
    assert [each["name"] for each in manifest["files"]] == [
        f for f in FILES if f not in ("manifest.json", "SHA256SUMS")
    ]
    entries = [each.entry for each in made.lab.records.ledger.about(made.case_id)]
    assert next(e.details["manifest"] for e in entries if e.kind == "case-exported") == made.told.manifest
    assert blake3((made.masked / "manifest.json").read_bytes()).hexdigest() == made.told.manifest
    assert [e.details["what"] for e in entries if e.kind == "evidence-read"] == ["case export"] * 2
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=made.masked, check=False)
    assert done.returncode == 0


def test_the_bundle_passes_the_validator_and_holds_what_was_approved(made: Made) -> None:
    from stix2validator import ValidationOptions, validate_string

    text = (made.masked / "stix.json").read_text(encoding="utf-8")
    report = validate_string(text, ValidationOptions(version="2.1", strict=False))
    assert report.is_valid, [str(error) for error in report.errors]
    objects = json.loads(text)["objects"]
    indicators = {from_stix(each) for each in objects if each["type"] == "indicator"}
    approved = {i for item in made.lab.office.outbox.to_send() for i in [item.payload]}
    assert indicators == approved
    assert sum(each["type"] == "relationship" for each in objects) == len(indicators)
    assert "TLP:RED" in text


def test_a_zip_holds_the_same_and_its_bytes_depend_on_its_content_alone(tmp_path: Path) -> None:
    parts = {"a.txt": b"1", "b/c.txt": b"2"}
    write(parts, tmp_path / "one.zip")
    write(dict(reversed(parts.items())), tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == parts


def test_a_case_of_few_accounts_has_no_bundle_and_the_instructions_do_not_speak_of_one(
    tmp_path: Path,
) -> None:
    lab = Lab(tmp_path, key=True)
    lab.staff()
    case_id = worked_case(lab, accounts=6)
    told = exported(lab, case_id, tmp_path / "out.zip")
    lab.close()
    assert not told.stix
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert "stix.json" not in archive.namelist()
        assert b"stix.json" not in archive.read("HOW-TO-VERIFY.md")


def test_who_may_not_read_evidence_exports_nothing(made: Made, tmp_path: Path) -> None:
    with pytest.raises(StillwatchError) as caught:
        exported(made.lab, made.case_id, tmp_path / "out", by="admin-1")
    assert caught.value.code == "SW-PPL-01"
    assert not (tmp_path / "out").exists()


def test_an_unknown_case_is_answered_with_the_nearest(made: Made, tmp_path: Path) -> None:
    with pytest.raises(StillwatchError) as caught:
        exported(made.lab, "case-11", tmp_path / "out")
    assert caught.value.code == "SW-CASE-01"
    assert "case-1" in caught.value.hint


def test_what_stands_at_the_place_already_is_left_alone(made: Made, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("kept")
    for place in (tmp_path / "out", tmp_path / "out" / "mine"):
        with pytest.raises(StillwatchError) as caught:
            exported(made.lab, made.case_id, place)
        assert caught.value.code == "SW-EXP-11"
    assert (tmp_path / "out" / "mine").read_text() == "kept"


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StillwatchError) as caught:
        write({"a": b"1"}, tmp_path / "file" / "out")
    assert caught.value.code in ("SW-EXP-11", "SW-EXP-12")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a-1", "{a-1}"),
        ("a-1, a-2; (a-1).", "{a-1}, {a-2}; ({a-1})."),
        ("a-10 is not a-1", "a-10 is not {a-1}"),
        ("“a-1” wrote", "“{a-1}” wrote"),
        ("two words wrote", "{two words} wrote"),
        ("a-1:", "{a-1}:"),
        ("", ""),
    ],
)
def test_ids_are_taken_out_of_texts_word_by_word(text: str, masked: str) -> None:
    ids = ("a-1", "a-2", "two words")
    masks = Masks(b"s" * 32, ids)
    wanted = masked
    for each in ids:
        wanted = wanted.replace(f"{{{each}}}", masks.name(each))
    assert masks.text(text) == wanted
    assert (text in masks) == ("{" in masked)


def test_names_hold_within_one_case_only() -> None:
    one, other = Masks(b"1" * 32, ["a"]), Masks(b"2" * 32, ["a"])
    assert one.name("a") == Masks(b"1" * 32, ["a", "b"]).name("a")
    assert one.name("a") != other.name("a")
