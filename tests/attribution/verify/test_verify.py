"""A second lab with the archive, a public key and nothing else."""

from __future__ import annotations

import hashlib
import json
import shutil

import orjson
import pytest

from stillwatch.attribution.verify.checks import State, verify


def states(found) -> dict[str, State]:
    return {check.name: check.state for check in found.checks}


def words(found, name) -> str:
    return next(check.words for check in found.checks if check.name == name)


def test_everything_holds_on_a_machine_that_has_only_the_archive(attributed, archive, public_key, tmp_path):
    elsewhere = shutil.copytree(archive, tmp_path / "elsewhere")
    found = verify(elsewhere, public_key)
    assert found.holds
    assert set(states(found).values()) == {State.HOLDS}
    assert found.findings.conclusion.verdict == "supported"
    assert "committed by analyst-1" in words(found, "ledger")
    assert "before the first question" in words(found, "ledger")


def test_without_a_key_the_ledger_is_not_checked_and_that_is_said(archive):
    found = verify(archive, None)
    assert found.holds
    assert states(found)["ledger"] is State.SKIPPED


def test_a_changed_answer_is_named(archive, public_key):
    path = archive / "answers.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b'"model":"suspect","n"' in line and b'"open-' in line)
    answer = json.loads(lines[place])
    lines[place] = lines[place].replace(answer["text"][:4].encode(), b"xxxx", 1)
    path.write_bytes(b"".join(lines))
    found = verify(archive, public_key)
    assert not found.holds
    assert (
        f"line {place + 1}, the answer of suspect to prompt {answer['prompt']}, sample 0 was changed"
        in words(found, "answers")
    )
    assert states(found)["findings"] is State.SKIPPED


def rechain(path, change) -> None:
    """Change a record and make every digest after it fit, as somebody with time would."""
    head, out = "0" * 64, []
    for line in path.read_bytes().splitlines():
        body = orjson.loads(line)
        body.pop("digest")
        change(body)
        body["prev"] = head
        head = hashlib.sha256(head.encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
        out.append(orjson.dumps(body | {"digest": head}, option=orjson.OPT_SORT_KEYS))
    path.write_bytes(b"\n".join(out) + b"\n")


def test_an_archive_that_was_rewritten_as_a_whole_is_not_the_ledgers(archive, public_key):
    def change(body):
        if body["kind"] == "answer" and body["model"] == "suspect":
            body["text"] = "nothing to see"

    rechain(archive / "answers.jsonl", change)
    found = verify(archive, public_key)
    assert states(found)["answers"] is State.HOLDS
    assert states(found)["manifest"] is State.FAILS


def test_a_manifest_made_to_fit_is_still_not_the_ledgers(archive, public_key):
    from stillwatch.attribution.archive.chain import read_chain
    from stillwatch.attribution.archive.folder import ArchiveFolder
    from stillwatch.attribution.archive.manifest import manifest_of
    from stillwatch.attribution.plans.plan import read_plan

    rechain(archive / "answers.jsonl", lambda body: body.update(text="x") if "text" in body else None)
    folder = ArchiveFolder(archive)
    plan = read_plan(folder.read("plan.json"), "")
    manifest = manifest_of(plan, list(read_chain(folder / "answers.jsonl")), folder)
    folder.write("manifest.json", manifest.body())
    found = verify(archive, public_key)
    assert states(found)["manifest"] is State.HOLDS
    assert "it has no run that came to this manifest" in words(found, "ledger")
    assert "recomputing gives something else" in words(found, "findings")


def test_a_plan_that_was_altered_is_not_the_committed_one(archive, public_key):
    path = archive / "plan.json"
    path.write_bytes(path.read_bytes().replace(b'"alpha":1e-6', b'"alpha":0.1'))
    found = verify(archive, public_key)
    assert states(found)["manifest"] is State.FAILS
    assert not found.holds


@pytest.mark.parametrize(
    "name", ["plan.json", "answers.jsonl", "manifest.json", "findings.json", "material.json"]
)
def test_what_is_missing_is_said(archive, public_key, name):
    (archive / name).unlink()
    found = verify(archive, public_key)
    assert not found.holds
    assert any(name in check.words for check in found.checks if check.state is State.FAILS)


def test_findings_that_were_touched_up_are_seen(archive, public_key):
    path = archive / "findings.json"
    document = json.loads(path.read_text())
    document["conclusion"]["alarms"] = 1
    path.write_text(json.dumps(document))
    found = verify(archive, public_key)
    assert "conclusion.alarms" in words(found, "findings")
    assert "no such findings" in words(found, "ledger")


def test_another_key_than_the_ledgers_proves_nothing(archive, public_key):
    other = "00" * 31 + "01"
    found = verify(archive, other)
    assert states(found)["ledger"] is State.FAILS
    assert verify(archive, public_key).holds


def test_material_that_is_not_the_plans_is_refused(archive, public_key):
    path = archive / "material.json"
    path.write_text(path.read_text().replace("campaign-7", "campaign-8"))
    found = verify(archive, public_key)
    assert "material.json, or the tokeniser beside it, is not what the plan committed to" in words(
        found, "material"
    )
    assert states(found)["findings"] is State.SKIPPED


def test_keys_that_the_ledger_never_had_are_refused(lab, lab_records, archive, public_key):
    from stillwatch.attribution.keys.entries import ASSIGNED

    path = archive / "ledger-proof.json"
    document = json.loads(path.read_text())
    document["entries"] = [each for each in document["entries"] if ASSIGNED not in each["leaf"]]
    path.write_text(json.dumps(document))
    found = verify(archive, public_key)
    assert states(found)["ledger"] is State.HOLDS
    assert "the ledger does not tell that slot 1 went to campaign-7" in words(found, "material")


def test_a_plan_committed_after_the_first_question_is_refused(attributed, archive, public_key):
    from stillwatch.attribution.plans.plan import read_plan
    from stillwatch.attribution.verify.ledger import check_ledger
    from stillwatch.errors import StillwatchError

    plan = read_plan((archive / "plan.json").read_bytes(), "")
    manifest = hashlib.sha256((archive / "manifest.json").read_bytes()).hexdigest()
    proof = (archive / "ledger-proof.json").read_bytes()
    with pytest.raises(StillwatchError, match="older than the plan's commitment"):
        check_ledger(proof, public_key, plan, manifest, None, "2020-01-01T00:00:00Z")
