"""MITRE ATLAS techniques and mitigations as STIX objects that are the same everywhere and that nobody needs to send."""

from __future__ import annotations

import functools
from typing import Final

from stillwatch.core.vocabulary import MITIGATED, MITIGATIONS, TECHNIQUES
from stillwatch.sharing.stix.moments import midnight
from stillwatch.sharing.stix.names import LABEL, PROJECT, PUBLISHED, StixObject

_TECHNIQUE: Final = {
    "AML.T0005.001": "attack-pattern--1ad6c56a-c4ea-4a4f-acc0-ad7b9474fc94",
    "AML.T0008.005": "attack-pattern--33080ae9-fb55-4b84-91a2-33418e0fcacc",
    "AML.T0012": "attack-pattern--e4711536-3368-478a-8309-a085585d0dc3",
    "AML.T0021": "attack-pattern--40779baa-d049-4574-adad-4310dd91d524",
    "AML.T0024": "attack-pattern--908ccfbb-9270-42e4-aabe-de6d1a320ee3",
    "AML.T0024.002": "attack-pattern--f637f617-ff8d-46c6-9ffd-bd532b2b88f1",
    "AML.T0040": "attack-pattern--77b0b5f5-1248-4cfe-bce6-c66ac8f643a5",
    "AML.T0048": "attack-pattern--3072359a-1571-4b25-aba1-87bbfd4a710f",
    "AML.T0048.004": "attack-pattern--9531212d-d7d9-4373-acc7-4b249ebccbb3",
    "AML.T0065": "attack-pattern--633ec229-662e-464d-9356-16b580d58ba1",
}
_MITIGATION: Final = {
    "AML.M0002": "course-of-action--8e6f48c2-e174-404f-a5b7-71f49fa4a79c",
    "AML.M0004": "course-of-action--94ffca9c-202f-4f8e-a2c6-3f9fd32613a7",
    "AML.M0019": "course-of-action--b740c191-1174-480b-b9b6-1635d52e8ee4",
    "AML.M0024": "course-of-action--c4d5fc70-9c3a-4662-8913-dcc546c8f1b7",
}
_MITIGATES: Final = {
    ("AML.M0002", "AML.T0024.002"): "relationship--8ed11875-b0f6-495e-8cae-8878f0767f46",
    ("AML.M0004", "AML.T0024"): "relationship--90f527b0-1784-4388-bbb1-f886e8bc583a",
    ("AML.M0004", "AML.T0024.002"): "relationship--1658fe62-cac5-4980-bc22-c45ecb55ba32",
    ("AML.M0019", "AML.T0040"): "relationship--9a5c8116-7141-4ebb-afc9-548f611a593a",
    ("AML.M0024", "AML.T0024"): "relationship--2b7f3507-6f55-4b5d-a33a-b15e72a7a47e",
    ("AML.M0024", "AML.T0024.002"): "relationship--85957c59-ae97-4f6f-848a-38d06f7fee80",
    ("AML.M0024", "AML.T0040"): "relationship--0f7f1ed0-5a2f-4b39-9f10-4d2b1a3c6e57",
}
TECHNIQUE_IDS: Final = frozenset(_TECHNIQUE.values())


def technique_ref(technique: str) -> str:
    """The STIX id of a technique.

    Args:
        technique: ATLAS id such as ``AML.T0024.002``.

    Raises:
        KeyError: it is none of the vocabulary.
    """
    return _TECHNIQUE[technique]


@functools.cache
def technique_objects() -> tuple[StixObject, ...]:
    """Every technique of the vocabulary as an ``attack-pattern``."""
    return tuple(_object(_TECHNIQUE[atlas], name, atlas, "techniques") for atlas, name in TECHNIQUES.items())


@functools.cache
def mitigation_objects() -> tuple[StixObject, ...]:
    """Every mitigation as a ``course-of-action``, then what each works against as ``relationship``."""
    courses = [_object(_MITIGATION[atlas], name, atlas, "mitigations") for atlas, name in MITIGATIONS.items()]
    links = [
        _frame(_MITIGATES[course, technique])
        | {
            "relationship_type": "mitigates",
            "source_ref": _MITIGATION[course],
            "target_ref": _TECHNIQUE[technique],
        }
        for course, techniques in MITIGATED.items()
        for technique in techniques
    ]
    return (*courses, *links)


def _object(identifier: str, name: str, atlas: str, folder: str) -> StixObject:
    reference = {
        "source_name": "mitre-atlas",
        "external_id": atlas,
        "url": f"https://atlas.mitre.org/{folder}/{atlas}",
    }
    return _frame(identifier) | {"name": name, "labels": [LABEL], "external_references": [reference]}


def _frame(identifier: str) -> StixObject:
    return {
        "type": identifier.partition("--")[0],
        "spec_version": "2.1",
        "id": identifier,
        "created_by_ref": PROJECT,
        "created": midnight(PUBLISHED),
        "modified": midnight(PUBLISHED),
    }
