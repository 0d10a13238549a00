"""Attempts made by machine: every field of every kind of object changed in every way that carries something."""

from __future__ import annotations

import base64
import copy
import itertools
import random
from collections.abc import Iterator
from typing import Any, Final

from benchmarks.gate_sets.cases import Case, spelt
from benchmarks.gate_sets.honest import examples

PAYLOADS: Final = (
    "3 dollars per million tokens",
    "315",
    base64.b64encode(b"18 dollars from March").decode(),
    b"18 dollars from March".hex(),
    "https://example.com/prices",
    "Example Corp",
    "lіtellm",  # a Cyrillic letter
    "a\u200bb",
)
KEYS: Final = ("x_price", "note", "X", "price per million", "extension_type_", "0", "confidеnce")
_LOOKALIKES: Final = str.maketrans(
    {"a": "а", "e": "е", "o": "о", "c": "с", "i": "і", "p": "р", "A": "А", "1": "l"}
)


def generated(seed: int = 3) -> Iterator[Case]:
    """All of them, the same for the same seed."""
    dice = random.Random(seed)
    for kind, twin in examples().items():
        for path in _paths(twin):
            yield from _changed(kind, twin, path, dice)
        for path in _objects(twin):
            yield from _keyed(kind, twin, path)


def _changed(kind: str, twin: dict[str, Any], path: tuple[Any, ...], dice: random.Random) -> Iterator[Case]:
    value = _at(twin, path)
    shown = ".".join(map(str, path))
    for number, other in enumerate(_others(value, dice)):
        if other != value or type(other) is not type(value):
            yield _case("generated-values", f"{kind} {shown} {number}", twin, path, other)
    if isinstance(value, list) and len(value) > 1:
        for number, order in enumerate(itertools.islice(itertools.permutations(value), 1, 6)):
            yield _case("generated-orders", f"{kind} {shown} order {number}", twin, path, list(order))


def _others(value: Any, dice: random.Random) -> Iterator[Any]:
    """Values that could stand there and say something else."""
    if isinstance(value, str):
        yield from PAYLOADS
        yield value + " "
        yield value + "\u200b"
        yield value.upper()
        yield value.translate(_LOOKALIKES)
        yield value[::-1]
        yield "".join(str(dice.randint(0, 9)) if each.isdigit() else each for each in value)
        yield 315
        yield [value]
        yield None
    elif isinstance(value, bool) or value is None:
        yield from (not value, "true", 1, 0.5)
    elif isinstance(value, int):
        yield from (value + 1, value + 0.25, float(value), str(value), 10**15, -value - 1, [value], True)
    elif isinstance(value, list):
        yield [*value, PAYLOADS[0]]
        yield [*value, value[0]]
        yield []
        yield {"0": value}
        yield PAYLOADS[1]
        yield value * 40
    elif isinstance(value, dict):
        yield from (PAYLOADS[0], [value], {}, 315)


def _keyed(kind: str, twin: dict[str, Any], path: tuple[Any, ...]) -> Iterator[Case]:
    shown = ".".join(map(str, path)) or "the object"
    for key, payload in itertools.product(KEYS, (3, "three dollars", {"price": 3})):
        yield _case("generated-keys", f"{kind} {shown} {key} {payload}", twin, (*path, key), payload)
    for key, value in _at(twin, path).items():
        honest = spelt({key: value})[1:-1]
        for first in ('"three dollars"', "315"):
            text = spelt(twin).replace(honest, f"{spelt(key)}:{first},{honest}", 1)
            yield Case("generated-duplicates", f"{kind} {shown} {key} twice {first}", text.encode(), twin)


def _case(category: str, name: str, twin: dict[str, Any], path: tuple[Any, ...], value: Any) -> Case:
    obj = copy.deepcopy(twin)
    *above, last = path
    _at(obj, tuple(above))[last] = value
    return Case(category, name, spelt(obj).encode(), twin)


def _at(obj: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        obj = obj[part]
    return obj


def _paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside."""
    if isinstance(value, dict | list):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*above, key)
            yield from _paths(below, (*above, key))


def _objects(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every JSON object inside, the outermost first."""
    if isinstance(value, dict):
        yield above
    if isinstance(value, dict | list):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _objects(below, (*above, key))
