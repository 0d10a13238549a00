"""AML.CS0056 as a bundle. Set STILLWATCH_REGENERATE=1 to rewrite the golden file after an intended change."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import pytest
from tests.sharing.stix import case_study

from benchmarks.gate_sets.honest import honest
from stillwatch.core.indicator import Indicator, Marking
from stillwatch.sharing.gate import Gate, GatePolicy, Situation
from stillwatch.sharing.stix import from_stix
from stillwatch.sharing.stix.bundles import bundle, fixed_objects
from stillwatch.sharing.stix.ids import repeatable_ids

GOLDEN = Path(__file__).parent / "golden" / "aml-cs0056.json"


@pytest.fixture(scope="module")
def golden():
    if os.environ.get("STILLWATCH_REGENERATE"):
        GOLDEN.write_text(json.dumps(case_study.case_study(), indent=1) + "\n", encoding="utf-8")
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_bundle_is_the_golden_one(golden):
    assert case_study.case_study() == golden


def test_the_campaign_uses_the_chain_of_techniques_that_the_case_tells(golden):
    by_id = {obj["id"]: obj for obj in golden["objects"]}
    used = [
        by_id[obj["target_ref"]]["external_references"][0]["external_id"]
        for obj in golden["objects"]
        if obj.get("relationship_type") == "uses" and obj["target_ref"].startswith("attack-pattern")
    ]
    assert used == ["AML.T0008.005", "AML.T0065", "AML.T0040", "AML.T0024.002", "AML.T0048"]


def test_everything_that_a_member_would_send_of_it_passes_the_gate():
    gate = Gate(GatePolicy.shipped().with_registers(case_study.DETECTORS))
    objects = case_study.lane_objects()
    known = {obj["id"] for obj in objects}
    situation = Situation(datetime.date(2026, 4, 1), case_study.MEMBER, known.__contains__)
    assert [gate.check(obj, situation).refusals for obj in objects] == [()] * len(objects)


def test_the_report_with_its_reference_is_for_people_and_does_not_pass_by_itself(golden):
    gate = Gate(GatePolicy.shipped())
    (report,) = [obj for obj in golden["objects"] if obj["type"] == "report"]
    assert [each.rule for each in gate.check(report).refusals] == ["closed-types"]


def test_every_reference_leads_to_an_object_of_the_bundle(golden):
    ids = {obj["id"] for obj in golden["objects"]}
    for obj in golden["objects"]:
        for field, value in obj.items():
            for ref in value if field.endswith("_refs") else [value] if field.endswith("_ref") else []:
                assert ref in ids, f"{obj['id']} {field}"


def test_the_oasis_validator_finds_no_error_in_it(golden):
    assert _errors(golden) == []


def test_the_oasis_validator_finds_no_error_in_any_kind_of_honest_object():
    one_of_each = {}
    for obj in honest():
        kind = next(iter(obj.get("extensions", {"": {}}).values())).get("kind", "")
        one_of_each.setdefault((obj["type"], kind, "revoked" in obj), obj)
    assert len(one_of_each) >= 15
    assert _errors(bundle(one_of_each.values(), repeatable_ids(3))) == []


def test_the_oasis_validator_finds_no_error_in_what_is_the_same_everywhere():
    assert _errors(bundle(fixed_objects().values(), repeatable_ids(4))) == []


def test_the_stix_library_reads_it_without_custom_content(golden):
    stix2 = pytest.importorskip("stix2", reason="the STIX library is a development tool")
    assert len(stix2.parse(golden, allow_custom=False).objects) == len(golden["objects"])


def test_misp_imports_its_indicators_with_their_markings(golden):
    converter = pytest.importorskip("misp_stix_converter", reason="misp-stix is a development tool")
    stix2 = pytest.importorskip("stix2", reason="the STIX library is a development tool")
    event = _misp_event(converter, stix2.parse(golden, allow_custom=True))
    patterns = [
        attribute.value
        for obj in event.objects
        if obj.name == "stix2-pattern"
        for attribute in obj.attributes
        if attribute.object_relation == "stix2-pattern"
    ]
    indicators = [obj for obj in golden["objects"] if obj["type"] == "indicator"]
    assert sorted(patterns) == sorted(obj["pattern"] for obj in indicators)
    assert {"tlp:clear", "tlp:white"} <= {tag.name for tag in event.tags}
    assert {galaxy.name for galaxy in event.galaxies} >= {
        "STIX 2.1 Attack Pattern",
        "STIX 2.1 Course of Action",
    }


def test_misp_imports_a_network_as_an_autonomous_system():
    converter = pytest.importorskip("misp_stix_converter", reason="misp-stix is a development tool")
    stix2 = pytest.importorskip("stix2", reason="the STIX library is a development tool")
    network = next(obj for obj in honest() if obj["type"] == "indicator")
    event = _misp_event(converter, stix2.parse(bundle([network], repeatable_ids(5)), allow_custom=True))
    values = [(each.type, each.value) for each in event.attributes]
    values += [(each.type, each.value) for obj in event.objects for each in obj.attributes]
    assert ("AS", "AS64500") in values or ("AS", "64500") in values


def test_opencti_finds_what_its_importer_insists_on(golden):
    """Its bundle splitter drops relations with a missing end and fails on a sighting without a place."""
    sightings = [obj for obj in honest() if obj["type"] == "sighting"]
    indicator = next(obj for obj in honest() if obj["type"] == "indicator")
    sightings = [obj | {"sighting_of_ref": indicator["id"]} for obj in sightings]
    made = bundle([indicator, *sightings], repeatable_ids(6))
    for obj in (*golden["objects"], *made["objects"]):
        if obj["type"] == "sighting":
            assert obj["where_sighted_refs"]
        if obj["type"] == "relationship":
            assert obj["source_ref"]
            assert obj["target_ref"]


def test_indicators_of_it_come_back_as_core_types(golden):
    found = [from_stix(obj) for obj in golden["objects"] if obj["type"] == "indicator"]
    assert all(isinstance(each, Indicator) and each.marking is Marking.CLEAR for each in found)


def _misp_event(converter, parsed):
    parser = converter.ExternalSTIX2toMISPParser()
    parser.load_stix_bundle(parsed)
    parser.parse_stix_bundle()
    return parser.misp_event


def _errors(made):
    validator = pytest.importorskip("stix2validator", reason="the OASIS validator is a development tool")
    done = validator.validate_instance(made, validator.ValidationOptions(version="2.1"))
    return [str(error) for error in done.errors]
