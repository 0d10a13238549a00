"""What the gate says, and that what it remembers never makes a difference."""

from __future__ import annotations

import copy
import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.gate_sets.honest import DETECTORS, MEMBER, TODAY, examples, policy, situation, stix
from stillwatch.core.indicator import CountClass, Marking
from stillwatch.core.shared_campaign import SharedCampaign
from stillwatch.sharing.gate import Gate, GatePolicy, Refusal, Situation
from stillwatch.sharing.gate.lanes import validators
from stillwatch.sharing.gate.rules.registry import rules
from stillwatch.sharing.stix.bundles import fixed_objects
from stillwatch.sharing.stix.names import INDICATOR

GATE = Gate(policy())
EXAMPLES = sorted(examples().items())
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=True)
    | st.text(max_size=12)
    | st.sampled_from(["indicator", "campaign", "AS64500", "litellm", "DE", 80, 80.0, "2026-11-02"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def paths(value, above=()):
    if isinstance(value, dict | list):
        for key, below in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
            yield (*above, key)
            yield from paths(below, (*above, key))


@st.composite
def changed_objects(draw):
    obj = copy.deepcopy(draw(st.sampled_from(EXAMPLES))[1])
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(list(paths(obj))))
        container = obj
        for part in above:
            container = container[part]
        donor = draw(st.sampled_from(EXAMPLES))[1]
        container[last] = draw(JSON | st.sampled_from([donor.get(last, 0) if isinstance(last, str) else 0]))
    return obj


@settings(max_examples=60, deadline=None)
@given(changed_objects())
def test_a_gate_that_remembers_much_says_what_a_new_gate_says(obj):
    fresh = Gate(policy()).check(obj, situation())
    assert GATE.check(obj, situation()) == fresh


@settings(max_examples=150, deadline=None)
@given(changed_objects())
def test_whatever_passes_fits_the_published_schema_and_every_rule(obj):
    if GATE.check(obj, situation()).passed and obj.get("id") not in fixed_objects():
        assert validators()[obj["type"]].is_valid(obj)
        assert type(obj.get("confidence", 0)) is int


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_nothing_whatsoever_makes_it_stumble(value):
    answer = GATE.check(value, situation())
    assert not answer.passed
    assert all(each.rule and each.sentence for each in answer.refusals)


@pytest.mark.parametrize(
    "odd",
    [
        object(),
        b"bytes",
        {1: 2},
        {"type": "indicator", "id": datetime.date(2026, 1, 1)},
        {"type": b"indicator"},
    ],
)
def test_what_no_json_can_hold_is_refused(odd):
    assert not GATE.check(odd, situation()).passed


def test_a_remembered_integer_does_not_let_a_fraction_pass():
    honest = examples()["campaign"]
    assert GATE.check(honest, situation()).passed
    for other in (80.0, True, "80"):
        assert not GATE.check(honest | {"confidence": other}, situation()).passed


@pytest.mark.parametrize(
    ("data", "passes"),
    [
        (bytes(range(120, 138)) * 2, True),  # 18 of the first 32 bytes differ
        (bytes(range(120, 137)) * 2, False),
        (bytes(range(90, 128)), False),  # a text
        (bytes(range(97, 129)), True),
    ],
)
def test_a_blinded_identifier_has_to_look_like_one(data, passes):
    obj = copy.deepcopy(examples()["blinded"])
    (own,) = obj["extensions"].values()
    own["value"] = own["value"][:-64] + data[:32].hex()
    rules = {each.rule for each in GATE.check(obj, situation()).refusals}
    assert ("opaque-values" not in rules) is passes


def test_what_passed_yesterday_may_be_too_old_today():
    obj = examples()["indicator"]
    later = Situation(TODAY + datetime.timedelta(weeks=40), MEMBER, situation().knows)
    assert GATE.check(obj, situation()).passed
    assert {each.rule for each in GATE.check(obj, later).refusals} == {"regular-weeks", "recent-dates"}


def test_taking_back_is_possible_for_as_long_as_something_can_be_valid():
    obj = examples()["indicator"] | {"revoked": True}
    late = Situation(TODAY + datetime.timedelta(weeks=40), MEMBER, situation().knows)
    too_late = Situation(TODAY + datetime.timedelta(weeks=60), MEMBER, situation().knows)
    assert GATE.check(obj, late).passed
    assert not GATE.check(obj, too_late).passed


def test_a_larger_k_refuses_the_smaller_classes():
    strict = Gate(GatePolicy("test", 100, 26, 1, policy().networks).with_registers(DETECTORS))
    rules_of = {
        accounts: {each.rule for each in strict.check(_campaign(accounts), situation()).refusals}
        for accounts in CountClass
    }
    assert rules_of == {
        CountClass.TENS: {"k-anonymity"},
        CountClass.HUNDREDS: set(),
        CountClass.THOUSANDS: set(),
        CountClass.MORE: set(),
    }


def test_a_value_on_a_warninglist_is_refused():
    common = Gate(policy().with_registers(DETECTORS, ("e3", "e4"), lambda kind, value: value == "AS64500"))
    assert [each.rule for each in common.check(examples()["indicator"], situation()).refusals] == [
        "warninglist"
    ]
    assert common.check(examples()["country"], situation()).passed


def test_a_hub_without_registered_detectors_lets_no_indicator_pass():
    bare = Gate(GatePolicy.shipped())
    assert [each.rule for each in bare.check(examples()["indicator"], situation()).refusals] == [
        "registered-detectors"
    ]


def test_without_a_sender_only_the_form_of_author_and_references_is_looked_at():
    unknown = Situation(TODAY)
    assert GATE.check(examples()["sighting"], unknown).passed
    assert not GATE.check(examples()["sighting"] | {"created_by_ref": "identity--1"}, unknown).passed


def test_each_broken_rule_is_named_with_its_field_at_once():
    obj = copy.deepcopy(examples()["indicator"])
    obj["extensions"][INDICATOR]["techniques"] = ["AML.T0040", "AML.T0024.002"]
    obj["pattern"] = "[autonomous-system:number = 64501]"
    obj["created_by_ref"] = "identity--9a1f0000-0000-4000-8000-000000000002"
    found = {(each.rule, each.field) for each in GATE.check(obj, situation()).refusals}
    assert found == {
        ("sorted-lists", "extension.techniques"),
        ("one-spelling", "pattern"),
        ("known-references", "created_by_ref"),
    }


def test_a_lane_that_is_shut_lets_nothing_pass_and_says_why():
    shut = (Refusal("the object", "legal-basis", "shut", "the object"),)
    gate = Gate(policy(), ("a notice",), shut)
    answer = gate.check(examples()["indicator"], situation())
    assert (answer.passed, answer.refusals, answer.notices) == (False, shut, ("a notice",))


def test_published_objects_pass_to_the_letter_only():
    for obj in fixed_objects().values():
        assert GATE.check(obj, situation()).passed
        for field in obj:
            if field not in ("id", "type"):
                assert not GATE.check(obj | {field: "three dollars"}, situation()).passed


def test_rules_have_different_names_and_a_reason_each():
    names = [rule.name for rule in rules()]
    assert len(set(names)) == len(names) >= 12
    assert all(rule.why.endswith(".") and rule.sentence and rule.applies for rule in rules())


def test_the_policy_version_changes_with_everything_that_decides():
    base = GatePolicy.shipped()
    others = [
        base.with_registers(DETECTORS),
        base.with_registers(DETECTORS[:1]),
        base.with_registers((), ("e1",)),
        base.with_registers((), None, lambda kind, value: False),
        GatePolicy(base.edition, 100, base.weeks_back, base.bits_a_week, base.networks),
        GatePolicy(base.edition, base.k, 13, base.bits_a_week, base.networks),
    ]
    versions = [each.version for each in (base, *others)]
    assert len(set(versions)) == len(versions)
    assert GatePolicy.shipped().version == base.version


def _campaign(accounts):
    return stix(
        SharedCampaign(
            "campaign--9a1f0000-0000-4000-8000-0000000000b7",
            ("AML.T0040",),
            accounts,
            "2026-11-02",
            "2026-11-16",
            80,
            Marking.GREEN,
        )
    )


def test_the_shipped_schemas_name_the_words_of_the_vocabulary():
    from stillwatch.core import vocabulary
    from stillwatch.sharing.gate.capacity import MOST_DETECTORS, MOST_TECHNIQUES
    from stillwatch.sharing.stix.extensions import schemas

    shipped = schemas()
    indicator = shipped["indicator"]["properties"]
    forms = {
        each["if"]["properties"]["kind"]["const"]: each["then"]["properties"]["value"]
        for each in shipped["indicator"]["allOf"]
    }
    assert indicator["techniques"]["items"]["enum"] == sorted(vocabulary.TECHNIQUES)
    assert indicator["techniques"]["maxItems"] == MOST_TECHNIQUES
    assert indicator["detectors"]["maxItems"] == MOST_DETECTORS
    assert forms["client"]["enum"] == sorted(vocabulary.CLIENTS)
    assert forms["timing"]["enum"] == sorted(vocabulary.TIMINGS)
    assert forms["coverage"]["enum"] == sorted(vocabulary.COVERAGES)
    assert forms["country"]["enum"] == sorted(vocabulary.COUNTRIES)
    assert shipped["infrastructure"]["properties"]["network_class"]["enum"] == list(
        vocabulary.INFRASTRUCTURES
    )
    assert json.dumps(shipped).isascii()
