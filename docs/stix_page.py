"""The reference page of STIX as Stillwatch uses it, read off the schemas, rules and lists that the gate decides by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.gate_sets.honest import examples
from stillwatch.core.decay import CURVES
from stillwatch.core.indicator import Marking
from stillwatch.core.vocabulary import BLINDED, INFRASTRUCTURES, MITIGATED, MITIGATIONS, TECHNIQUES
from stillwatch.core.weeks import LIFETIMES
from stillwatch.sharing.gate import GatePolicy
from stillwatch.sharing.gate.capacity import capacity
from stillwatch.sharing.gate.lanes import lane_schemas
from stillwatch.sharing.gate.refusal_report import reasons
from stillwatch.sharing.stix.extensions import VERSION, schemas
from stillwatch.sharing.stix.markings import definitions
from stillwatch.sharing.stix.names import EXTENSION_OF, LABEL, PROJECT, SCHEMAS_AT
from stillwatch.sharing.stix.techniques import mitigation_objects, technique_ref
from stillwatch.sharing.stix.values import FORMS, WORDS

_HEAD = """\
# STIX objects and the automatic lane

What members share are [STIX 2.1](https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html) objects of five types. What
STIX has no property for travels in a *property extension* whose definition and JSON schema are published, so that any
STIX program can keep it and find out what it means. Ids are version 4 UUIDs, those of cyber-observables version 5.
Every emitted bundle is free of errors by the OASIS validator; MISP and OpenCTI import it
([what they keep](#in-misp-and-opencti)).

The [antitrust gate](../explanation/antitrust.md) lets these objects through without anybody reading them, and nothing
else: no other type, no other property at any depth, no other word. `stillwatch gate check FILE` says whether a file
would pass.
"""

_IMPORTS = """\
## In MISP and OpenCTI

**MISP**: networks become attributes, other indicators STIX patterns, markings tags, techniques and mitigations
galaxies. Checked by converting with misp-stix; not with a MISP server.

**OpenCTI**: every object of a bundle arrives under its id and as what it is, with author, markings, confidence, dates,
pattern, both ends of a relation, and a technique's ATLAS id. What is different there:

- `extension-definition` objects are left out and the extensions are ignored: an indicator's techniques, classes of
  accounts and detectors can be read from the STIX only. Kind and value arrive, since the pattern repeats them.
- A sighting that is `false-positive` or `expired` arrives with count 0, but not as what OpenCTI calls negative.
- Indicators of one pattern are one, whoever sent them, and so are a member's sightings of an indicator in a week.
- A hub's collection can be polled as it is: authors, markings, techniques and what sightings and relations lead to
  stand in it ([what stands beside objects](hub-http.md#what-stands-beside-objects)). The first poll has to reach back
  to the beginning; later ones bring only what is new, and OpenCTI looks the rest up in what it has. An importer set to
  clean up incomplete bundles would drop it.
- Objects taken out of a collection one by one have to be bundled with what they name. `case export` and `notify` write
  bundles; in Python `stillwatch.sharing.stix.bundles.bundle` makes one of any objects and of their authors
  (`stillwatch.sharing.stix.identities.identity`).

Checked by running OpenCTI's own client (pycti, `make opencti`) on the case study AML.CS0056, each kind of object of the
automatic lane, a released text, a notification to a government and two collections of a running hub, polled page by
page as OpenCTI's TAXII connector does, with a server in the platform's place that writes down what it is asked for; the
library that the platform checks patterns with accepts them all. Not checked: the platform itself, whose rules and
settings have the last word.
"""


def stix_page() -> str:
    """Types, extensions, lists, rules and residual bits."""
    return "\n\n".join(part.strip() for part in _parts())


def _parts() -> Iterator[str]:
    yield _HEAD
    yield _example()
    for kind, schema in lane_schemas().items():
        yield _type(kind, schema)
    yield _values()
    yield _techniques()
    yield _markings()
    yield _decay()
    yield _IMPORTS
    yield _rules()
    yield _capacity()


def _example() -> str:
    shown = json.dumps(examples()["indicator"], indent=2)
    return f"## An indicator\n\n```json\n{shown}\n```"


def _type(kind: str, schema: dict[str, Any]) -> str:
    parts = [f"## `{kind}`\n\n{_rows(schema, ('property', 'required', 'value'))}"]
    if kind in EXTENSION_OF:
        own = schemas()[kind]
        parts.append(
            f"Extension `{EXTENSION_OF[kind]}`, version {VERSION}: {own['description']} "
            f"Schema: [`{kind}.json`]({SCHEMAS_AT}{kind}.json).\n\n"
            + _rows(own, ("extension property", "required", "value"))
        )
    return "\n\n".join(parts)


def _rows(schema: dict[str, Any], heads: tuple[str, str, str]) -> str:
    rows = [
        f"| `{name}` | {'yes' if name in schema['required'] else 'no'} | {_said(below)} |"
        for name, below in schema["properties"].items()
        if name != "extensions"
    ]
    return "\n".join([f"| {' | '.join(heads)} |", "|---|---|---|", *rows])


def _said(schema: dict[str, Any]) -> str:
    """What a schema allows, in few words."""
    words = [schema["description"]] if "description" in schema else []
    if "const" in schema:
        words.append(f"always `{json.dumps(schema['const'])}`")
    if "enum" in schema and all(isinstance(each, str | int) for each in schema["enum"]):
        words.append("one of " + ", ".join(f"`{each}`" for each in schema["enum"]))
    if "pattern" in schema:
        words.append(f"`{schema['pattern']}`".replace("|", "\\|"))
    if schema.get("type") == "array":
        items = schema["items"].get("enum", [])
        listed = f" of {', '.join(f'`{each}`' for each in items)}" if items else ""
        words.append(f"{schema['minItems']} to {schema['maxItems']}{listed}")
    return "; ".join(words) or "text"


def _values() -> str:
    rows = [f"| `{kind}` | {_form(kind)} |" for kind in (*FORMS, *WORDS)]
    blinded = ", ".join(f"`{each}`" for each in BLINDED)
    classes = ", ".join(f"`{each}`" for each in INFRASTRUCTURES)
    return (
        "## Values of indicators\n\n| kind | form |\n|---|---|\n"
        + "\n".join(rows)
        + f"\n\nBlinded are only {blinded}. Classes of infrastructure are {classes}. An indicator is valid for "
        f"{', '.join(map(str, LIFETIMES[:-1]))} or {LIFETIMES[-1]} weeks after the end of the last week."
    )


def _form(kind: Any) -> str:
    if kind in FORMS:
        return f"`{FORMS[kind]}`".replace("|", "\\|")
    words = WORDS[kind]
    return "ISO 3166-1 alpha-2" if len(words) > 100 else ", ".join(f"`{word}`" for word in words)


def _techniques() -> str:
    rows = [f"| {atlas} | {name} | `{technique_ref(atlas)}` |" for atlas, name in TECHNIQUES.items()]
    objects = mitigation_objects()[: len(MITIGATIONS)]
    courses = {obj["external_references"][0]["external_id"]: obj["id"] for obj in objects}
    against = [
        f"| {atlas} | {name} | {', '.join(MITIGATED[atlas])} | `{courses[atlas]}` |"
        for atlas, name in MITIGATIONS.items()
    ]
    return (
        "## Techniques and mitigations\n\nFixed objects, the same everywhere, made by the project's identity "
        f"`{PROJECT}`; a relation may lead to these and to no others. The label is `{LABEL}`.\n\n"
        "| MITRE ATLAS | name | `attack-pattern` |\n|---|---|---|\n"
        + "\n".join(rows)
        + "\n\n| MITRE ATLAS | name | against | `course-of-action` |\n|---|---|---|---|\n"
        + "\n".join(against)
    )


def _markings() -> str:
    rows = []
    for marking in Marking:
        current, fall_back = definitions(marking)
        rows.append(
            f"| TLP:{marking.upper()} | `{current['id']}` | {fall_back['name']} | `{fall_back['id']}` |"
        )
    return (
        "## Markings\n\n`object_marking_refs` holds the TLP 2.0 marking and then a TLP 1 fall-back for importers that "
        "drop the first; a fall-back never allows more than the marking. TLP:RED does not pass.\n\n"
        "| marking | TLP 2.0 | fall-back | TLP 1 |\n|---|---|---|---|\n" + "\n".join(rows)
    )


def _decay() -> str:
    rows = [f"| `{kind}` | {curve.lifetime:g} | {curve.speed:g} |" for kind, curve in CURVES.items()]
    return (
        "## Decay\n\nAn indicator's weight falls after it was last seen: score = base · (1 − (t/τ)^(1/δ)), the "
        "polynomial of MISP and OpenCTI.\n\n| kind | τ, days | δ |\n|---|---|---|\n" + "\n".join(rows)
    )


def _rules() -> str:
    rows = [f"| `{name}` | {why} |" for name, why in reasons().items()]
    return "## Rules of the gate\n\n| rule | what it keeps out |\n|---|---|\n" + "\n".join(rows)


def _capacity() -> str:
    policy = GatePolicy.shipped()
    rows = [f"| {name} | {sum(fields.values()):,.0f} |" for name, fields in capacity(policy).items()]
    return (
        "## Residual bits\n\nHow much somebody could hide in one object who abuses every choice that is left, after "
        "the hub has written ids, names, times and order anew; detectors come on top, up to 13 bits with 22 registered "
        f"ones. A member's budget is {policy.bits_a_week:,} bits a week. `make bench NAME=gate` prints the figures of "
        "a hub with registers.\n\n"
        "| object | bits |\n|---|---|\n" + "\n".join(rows)
    )
