"""What OpenCTI's own client makes of emitted bundles, as far as that runs without its platform.

`pycti` splits a bundle, resolves references and calls the platform's interface once an object; here those calls are
written down instead of sent. It pins other versions of what this project uses, so it lies in a folder of its own:
``pip install --target FOLDER pycti``, and FOLDER last on ``PYTHONPATH``.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from benchmarks.gate_sets.honest import honest
from tests.sharing.stix import case_study

from stillwatch.sharing.stix.bundles import bundle
from stillwatch.sharing.stix.ids import repeatable_ids

pycti = pytest.importorskip(
    "pycti", reason="pycti is not installed: it pins other versions than this project"
)

MUTATION = re.compile(r"\bmutation\s+(\w+)")
UNWANTED = {"extension-definition"}
"""Types that OpenCTI has no place for; its splitter names them and goes on."""


class Answers(dict):
    """Of whatever a call asks for: an object with an id."""

    def __missing__(self, field: str) -> Any:
        return {"id": f"internal-{len(self)}", "standard_id": f"internal--{field}", "entity_type": field}


def imported(made: dict[str, Any]) -> tuple[list[dict], list[dict], list[tuple[str, dict]]]:
    """Import a bundle; returns what came in, what did not, and the calls that would change the platform."""
    client = pycti.OpenCTIApiClient(
        "http://127.0.0.1:1", "token", log_level="critical", perform_health_check=False
    )
    calls: list[tuple[str, dict]] = []

    def query(text: str, variables: dict | None = None, **_: Any) -> dict:
        name = MUTATION.search(text)
        if name is None:
            empty = {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": "", "globalCount": 0}}
            fields = re.findall(r"\{\s*(\w+)", text)
            return {"data": {"vocabularyCategories": []} | dict.fromkeys(fields, empty)}
        calls.append((name.group(1), variables or {}))
        return {"data": Answers()}

    client.query = query
    done, failed = client.stix2.import_bundle(copy.deepcopy(made), update=True)
    return done, failed, calls


@pytest.fixture(scope="module")
def study() -> dict[str, Any]:
    return case_study.case_study()


def test_its_splitter_leaves_out_nothing_but_what_it_has_no_place_for(study) -> None:
    from pycti.utils.opencti_stix2_splitter import OpenCTIStix2Splitter

    split = OpenCTIStix2Splitter().split_bundle_with_expectations(json.dumps(study), True)
    expected, left_out, parts = split
    assert {each["type"] for each in left_out} <= UNWANTED
    assert expected == len(parts) == len(study["objects"]) - len(left_out)


def test_it_imports_every_object_of_the_case_study(study) -> None:
    done, failed, calls = imported(study)
    assert failed == []
    wanted = {obj["id"] for obj in study["objects"] if obj["type"] not in UNWANTED}
    assert {each["id"] for each in done} == wanted
    assert calls


def test_indicators_keep_pattern_confidence_validity_and_marking(study) -> None:
    _, _, calls = imported(study)
    added = {said["input"]["stix_id"]: said["input"] for name, said in calls if name == "IndicatorAdd"}
    sent = {obj["id"]: obj for obj in study["objects"] if obj["type"] == "indicator"}
    assert added.keys() == sent.keys()
    for identifier, obj in sent.items():
        said = added[identifier]
        assert said["pattern"] == obj["pattern"]
        assert said["pattern_type"] == obj["pattern_type"]
        assert said["confidence"] == obj["confidence"]
        assert (said["valid_from"], said["valid_until"]) == (obj["valid_from"], obj["valid_until"])
        assert said["objectMarking"] == obj["object_marking_refs"]


def test_a_sighting_and_a_retraction_arrive_as_what_they_are() -> None:
    objects = list(honest())
    indicator = next(obj for obj in objects if obj["type"] == "indicator" and not obj.get("revoked"))
    taken_back = next(obj for obj in objects if obj["type"] == "indicator" and obj.get("revoked"))
    seen = next(obj for obj in objects if obj["type"] == "sighting")
    made = bundle([indicator, taken_back, seen | {"sighting_of_ref": indicator["id"]}], repeatable_ids(7))
    done, failed, calls = imported(made)
    assert failed == []
    assert {"indicator", "sighting"} <= {each["type"] for each in done}
    revoked = {
        said["input"]["stix_id"]: said["input"]["revoked"] for name, said in calls if name == "IndicatorAdd"
    }
    assert revoked[taken_back["id"]] is True
    assert not revoked[indicator["id"]]
    assert any("Sighting" in name for name, _ in calls)
