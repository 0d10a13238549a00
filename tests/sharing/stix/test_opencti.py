"""OpenCTI's own client imports what is emitted: nothing is dropped, and what it ignores is known.

The client pins other versions than this project, so it has an environment of its own (``make opencti`` makes
``.venv-opencti``, ``STILLWATCH_OPENCTI`` names another one), and `opencti_program.py` runs it there. The platform itself
is not there: what is checked is what its client reads, and what it would ask the platform for.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests.auth
import taxii2client.v21
from tests.hub import stix as hub_objects
from tests.hub.running import Hub

from benchmarks.gate_sets.honest import MEMBER, TODAY, examples, honest
from stillwatch.core.indicator import Indicator, Marking, SightingKind
from stillwatch.core.shared_campaign import SharedLink
from stillwatch.sharing.gate.texts import report_of
from stillwatch.sharing.government.bundle import stix_bundle
from stillwatch.sharing.government.drafts import read_draft
from stillwatch.sharing.stix import from_stix, to_stix
from stillwatch.sharing.stix.bundles import bundle
from stillwatch.sharing.stix.extensions import schemas
from stillwatch.sharing.stix.identities import identity
from stillwatch.sharing.stix.ids import repeatable_ids
from stillwatch.sharing.stix.markings import definitions
from stillwatch.sharing.stix.names import EXTENSION_OF
from stillwatch.sharing.stix.techniques import technique_ref

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("opencti_program.py")
GOLDEN = Path(__file__).parent / "golden" / "aml-cs0056.json"
DRAFT = ROOT / "tests" / "sharing" / "government" / "draft.toml"

POLLED = ("polled indicators", "polled sightings")
EMITTED = ("case-study", "lane", "government", "advisory", *POLLED)
CALLS = {
    "attack-pattern": "attackPatternAdd",
    "campaign": "campaignAdd",
    "course-of-action": "courseOfActionAdd",
    "identity": "organizationAdd",
    "indicator": "indicatorAdd",
    "infrastructure": "infrastructureAdd",
    "marking-definition": "markingDefinitionAdd",
    "relationship": "stixCoreRelationshipAdd",
    "report": "reportAdd",
    "sighting": "stixSightingRelationshipAdd",
}
CALLED = {
    "id": "stix_id",
    "created_by_ref": "createdBy",
    "object_marking_refs": "objectMarking",
    "object_refs": "objects",
    "source_ref": "fromId",
    "target_ref": "toId",
    "sighting_of_ref": "fromId",
    "where_sighted_refs": "toId",
    "count": "attribute_count",
    "labels": "objectLabel",
    "external_references": "externalReferences",
}
SAID_BY_THE_CALL = {"type", "spec_version", "identity_class"}
UNUSED = {"extension-definition"}
"""Types that OpenCTI has no place for: its splitter names them and goes on."""


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Two collections of a hub as OpenCTI's TAXII connector polls them: by pages, each collection for itself."""
    hub = Hub(tmp_path_factory.mktemp("hub") / "hub")
    lab, other = hub.admit("lab-1"), hub.admit("lab-2", shown=False)
    hub.start()
    mark, story = hub_objects.indicator(lab), hub_objects.campaign(lab)
    uses = SharedLink(
        hub_objects.new_id("relationship"),
        story["id"],
        "uses",
        technique_ref("AML.T0024.002"),
        Marking.AMBER,
    )
    sent = [mark, story, hub_objects.link(lab, mark["id"], story["id"]), to_stix(uses, author=lab.identity)]
    stored = hub.post("lab-1", sent).json()["successes"][0]["x_stored_as"]
    hub.post("lab-2", [hub_objects.indicator(other)])
    for member in (lab, other):
        sighting = hub_objects.sighting(member, stored, SightingKind.SEEN)
        assert hub.post(member.name, [sighting], "sightings").json()["success_count"] == 1
    found = {}
    server = taxii2client.v21.Server(
        f"{hub.url}/taxii2/", auth=requests.auth.HTTPBasicAuth("lab-1", lab.token)
    )
    for collection in server.default.collections:
        if f"polled {collection.alias}" in POLLED:
            filters: dict[str, Any] = {"limit": 5, "added_after": "2020-01-01T00:00:00Z"}
            objects: list[dict[str, Any]] = []
            while True:
                answer = collection.get_objects(**filters)
                objects += answer["objects"]
                if not answer["more"]:
                    break
                filters = {"limit": 5, "next": answer["next"]}
            found[f"polled {collection.alias}"] = objects
    hub.stop()
    return found


@pytest.fixture(scope="module")
def bundles(polled: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    made = {
        name: {"type": "bundle", "id": repeatable_ids(11)("bundle"), "objects": objects}
        for name, objects in polled.items()
    }
    return made | {
        "case-study": json.loads(GOLDEN.read_text(encoding="utf-8")),
        "lane": bundle([_member(), *_one_of_each_kind()], repeatable_ids(8)),
        "government": stix_bundle(read_draft(DRAFT), _indicators()),
        "advisory": bundle([_member(), _advisory()], repeatable_ids(9)),
        "collection": {"type": "bundle", "id": repeatable_ids(10)("bundle"), "objects": _one_of_each_kind()},
    }


@pytest.fixture(scope="module")
def outcomes(bundles: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    python = Path(os.environ.get("STILLWATCH_OPENCTI") or ROOT / ".venv-opencti") / "bin" / "python"
    if not python.exists():
        reason = "OpenCTI's client is not installed: run `make opencti`"
        if os.environ.get("STILLWATCH_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [python, PROGRAM],
        input=json.dumps(bundles),
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def test_its_splitter_hands_on_every_object_as_it_was_sent_but_extension_definitions(bundles, outcomes):
    for name in EMITTED:
        sent = {obj["id"]: obj for obj in bundles[name]["objects"]}
        found = outcomes[name]
        assert {each["type"] for each in found["left_out"]} <= UNUSED
        parts = {each["id"]: {key: each[key] for key in each if key != "nb_deps"} for each in found["parts"]}
        assert parts == {key: obj for key, obj in sent.items() if obj["type"] not in UNUSED}


def test_it_reports_no_fault_of_any_object_but_extension_definitions(bundles, outcomes):
    """An import's own list of what came in names what failed, too; what it reports to the platform does not."""
    for name in EMITTED:
        unused = [obj["id"] for obj in bundles[name]["objects"] if obj["type"] in UNUSED]
        said = [f"Element {each} is incompatible and couldn't be processed" for each in unused]
        assert sorted(each["source"] for each in outcomes[name]["faults"]) == sorted(said)
        assert outcomes[name]["done"] == len(bundles[name]["objects"]) - len(unused)


def test_every_object_arrives_once_under_its_id_and_as_what_it_is(bundles, outcomes):
    for name in EMITTED:
        sent = [obj for obj in bundles[name]["objects"] if obj["type"] not in UNUSED]
        arrived = [(each["call"], each["input"]["stix_id"]) for each in _adds(outcomes[name])]
        assert sorted(arrived) == sorted((CALLS[obj["type"]], obj["id"]) for obj in sent)


def test_every_property_arrives_that_stix_has_of_its_own(bundles, outcomes):
    for name in EMITTED:
        kept = {each["kept"]: each["input"] for each in outcomes[name]["changes"]}
        arrived = {each["input"]["stix_id"]: each["input"] for each in _adds(outcomes[name])}
        for obj in bundles[name]["objects"]:
            if obj["type"] in UNUSED | {"marking-definition"}:
                continue
            said = _read(arrived[obj["id"]], kept)
            for field in obj.keys() - SAID_BY_THE_CALL - {"extensions"}:
                value = obj[field][0] if field == "where_sighted_refs" else obj[field]
                assert said[CALLED.get(field, field)] == value, f"{obj['id']} {field}"


def test_what_an_object_names_is_there_before_it(bundles, outcomes):
    for name in EMITTED:
        ids = {obj["id"] for obj in bundles[name]["objects"]}
        here: set[str] = set()
        for each in _adds(outcomes[name]):
            assert ids & set(_texts(each["input"])) - {each["input"]["stix_id"]} <= here
            here.add(each["input"]["stix_id"])


def test_a_marking_arrives_as_the_tlp_level_that_it_is_with_a_fall_back_never_below_it(outcomes):
    levels = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
    arrived = {
        each["input"]["stix_id"]: each["input"]
        for each in _adds(outcomes["lane"])
        if each["call"] == "markingDefinitionAdd"
    }
    for marking in (Marking.CLEAR, Marking.GREEN, Marking.AMBER, Marking.AMBER_STRICT):
        current, fall_back = (arrived[each["id"]] for each in definitions(marking))
        assert (current["definition_type"], fall_back["definition_type"]) == ("TLP", "TLP")
        assert current["definition"] == f"TLP:{marking.upper()}"
        assert levels.index(fall_back["definition"]) >= levels.index(current["definition"])


def test_techniques_arrive_with_their_atlas_ids(outcomes):
    techniques = [
        each["input"] for each in outcomes["case-study"]["changes"] if each["call"] == CALLS["attack-pattern"]
    ]
    assert {each["x_mitre_id"] for each in techniques} >= {"AML.T0008.005", "AML.T0024.002", "AML.T0048"}


def test_its_pattern_check_accepts_every_pattern(outcomes):
    assert [outcomes[name]["bad_patterns"] for name in EMITTED] == [[]] * len(EMITTED)


def test_our_extensions_do_not_arrive(outcomes):
    """Of an indicator it has pattern, weeks, confidence and marking, but neither detectors nor classes of counts."""
    own = {name for schema in schemas().values() for name in schema["properties"]} - {"kind", "value"}
    for name in EMITTED:
        said = json.dumps(outcomes[name]["changes"])
        assert not [each for each in EXTENSION_OF.values() if each in said]
        for each in _adds(outcomes[name]):
            assert each["input"].get("customFieldValues") is None
            assert not own & each["input"].keys()


def test_what_was_wrong_or_ran_out_arrives_as_seen_not_once_and_not_as_negative(bundles, outcomes):
    arrived = {each["input"]["stix_id"]: each["input"] for each in _adds(outcomes["lane"])}
    sightings = [obj for obj in bundles["lane"]["objects"] if obj["type"] == "sighting"]
    assert {obj.get("count", 1) for obj in sightings} == {0, 1}
    for obj in sightings:
        said = arrived[obj["id"]]
        assert (said["attribute_count"], said["x_opencti_negative"]) == (obj.get("count", 1), False)


def test_a_retraction_arrives_as_revoked(bundles, outcomes):
    arrived = {each["input"]["stix_id"]: each["input"] for each in _adds(outcomes["lane"])}
    taken_back = [obj["id"] for obj in bundles["lane"]["objects"] if obj.get("revoked")]
    assert taken_back
    assert [arrived[each]["revoked"] for each in taken_back] == [True] * len(taken_back)


@pytest.mark.parametrize("name", ["case-study", "government", "advisory"])
def test_it_takes_no_two_objects_of_a_bundle_for_one(name, outcomes):
    known_as = list(outcomes[name]["same_as"].values())
    assert len(known_as) > 1
    assert len(set(known_as)) == len(known_as)


def test_it_takes_indicators_of_one_value_for_one_whoever_sent_them(bundles, outcomes):
    patterns: dict[str, set[str]] = {}
    indicators = [obj for obj in bundles["lane"]["objects"] if obj["type"] == "indicator"]
    for obj in indicators:
        patterns.setdefault(obj["pattern"], set()).add(outcomes["lane"]["same_as"][obj["id"]])
    assert len(patterns) < len(indicators)
    assert {len(each) for each in patterns.values()} == {1}
    assert len(set.union(*patterns.values())) == len(patterns)


def test_it_takes_sightings_of_one_indicator_by_one_member_in_one_week_for_one(bundles, outcomes):
    weeks: dict[tuple[str, ...], set[str]] = {}
    sightings = [obj for obj in bundles["lane"]["objects"] if obj["type"] == "sighting"]
    for obj in sightings:
        place = (obj["sighting_of_ref"], *obj["where_sighted_refs"], obj["first_seen"])
        weeks.setdefault(place, set()).add(outcomes["lane"]["same_as"][obj["id"]])
    assert len(weeks) < len(sightings)
    assert len(set.union(*weeks.values())) == len(weeks)


@pytest.mark.parametrize("name", POLLED)
def test_a_collection_can_be_imported_as_it_is_polled(name, bundles, outcomes):
    sent = bundles[name]["objects"]
    assert {"identity", "marking-definition", "extension-definition"} <= {each["type"] for each in sent}
    assert {each["type"] for each in outcomes[name]["left_out"]} <= UNUSED
    assert all(
        len(each["object_marking_refs"]) == 2 for each in outcomes[name]["parts"] if "confidence" in each
    )
    arrived = {each["input"]["stix_id"] for each in _adds(outcomes[name])}
    assert arrived == {obj["id"] for obj in sent if obj["type"] not in UNUSED}


def test_objects_taken_out_of_a_collection_have_to_be_bundled_with_what_they_name(outcomes):
    """Without authors, markings and techniques beside them relations and sightings go."""
    found = outcomes["collection"]
    assert {each["type"] for each in found["left_out"]} == {"relationship", "sighting"}
    assert all(each["object_marking_refs"] == [] for each in found["parts"])


def _one_of_each_kind() -> list[dict[str, Any]]:
    """An honest object of each type, kind, marking and state, and those that relations lead to."""
    found: dict[Any, dict[str, Any]] = {}
    for obj in honest():
        kind = next(iter(obj.get("extensions", {"": {}}).values())).get("kind", "")
        target = obj.get("target_ref", "").partition("--")[0]
        marking = tuple(obj["object_marking_refs"])
        found.setdefault((obj["type"], kind, target, marking, "revoked" in obj), obj)
    known = {obj["id"] for obj in found.values()}
    named = {ref for obj in found.values() for ref in _targets(obj)}
    stand_ins = [examples()[ref.partition("--")[0]] | {"id": ref} for ref in sorted(named - known)]
    return [*found.values(), *stand_ins]


def _targets(obj: dict[str, Any]) -> Iterator[str]:
    for field in ("source_ref", "target_ref", "sighting_of_ref"):
        if not obj.get(field, "attack-pattern").startswith("attack-pattern"):
            yield obj[field]


def _member() -> dict[str, Any]:
    return identity(MEMBER, "Member 1", TODAY.isoformat())


def _indicators() -> list[Indicator]:
    made = [from_stix(examples()[name]) for name in ("indicator", "template", "blinded", "timing")]
    return [each for each in made if isinstance(each, Indicator)]


def _advisory() -> dict[str, Any]:
    return report_of(
        "Work split evenly", "Load is even over the day.", Marking.GREEN, MEMBER, TODAY.isoformat()
    )


def _adds(outcome: dict[str, Any]) -> list[dict[str, Any]]:
    """Calls that make an object of the bundle, and neither a label nor a reference."""
    return [each for each in outcome["changes"] if each["call"] in CALLS.values()]


def _read(said: dict[str, Any], kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a call says, with labels and references written out."""
    references = [
        {name: kept[each][name] for name in ("source_name", "external_id", "url")}
        for each in said.get("externalReferences") or []
    ]
    labels = [kept[each]["value"] for each in said.get("objectLabel") or []]
    return said | {"externalReferences": references, "objectLabel": labels}


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
