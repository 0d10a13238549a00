"""One attempt to carry something past the gate: an honest object, and how it was changed."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.gate_sets.honest import examples
from stillwatch.sharing.stix.names import EXTENSION_OF

FOLDER: Final = Path(__file__).parent / "hostile"


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One attempt.

    Attributes:
        category: file that it is in, or generator.
        name: what it tries.
        data: the bytes that would be sent.
        twin: the honest object that it was made from; None where it was made from none.
        rule: the rule that has to refuse it; empty where any may.
        rewritten: it passes, and nothing of it is left after the hub has rewritten it.
    """

    category: str
    name: str
    data: bytes
    twin: dict[str, Any] | None
    rule: str = ""
    rewritten: bool = False


def written() -> Iterator[Case]:
    """The attempts that are written down, file by file."""
    honest = examples()
    for path in sorted(FOLDER.glob("*.toml")):
        for said in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]:
            yield _case(path.stem, said, honest)


def spelt(obj: Any) -> str:
    """JSON as a member's program writes it, characters that are not ASCII as they are."""
    return json.dumps(obj, ensure_ascii=False, separators=(",", ":"))


def place(obj: dict[str, Any], path: str) -> tuple[Any, Any]:
    """The container and the key of a path; ``extension.`` is the object's own extension."""
    first, _, rest = path.partition(".")
    if first == "extension":
        return _down(obj["extensions"][EXTENSION_OF[obj["type"]]], rest)
    if first == "extensions" and rest:
        return obj["extensions"], rest
    return _down(obj, path) if first in obj else (obj, path)


def _down(container: Any, path: str) -> tuple[Any, Any]:
    *above, last = path.split(".")
    for part in above:
        container = container[int(part) if part.isdecimal() else part]
    return container, int(last) if last.isdecimal() else last


def _case(category: str, said: dict[str, Any], honest: dict[str, dict[str, Any]]) -> Case:
    twin = honest[said["on"]] if "on" in said else None
    text = said["raw"] if "raw" in said else _text(said, copy.deepcopy(twin or {}), honest)
    data = text.encode("utf-8", errors="surrogatepass")
    rewritten = said.get("outcome") == "rewritten"
    return Case(category, said["name"], data, twin, said.get("rule", ""), rewritten)


def _text(said: dict[str, Any], obj: dict[str, Any], honest: dict[str, dict[str, Any]]) -> str:
    _change(said, obj)
    text = spelt(obj).replace(f'"{_DEEP}"', '{"x":' * said.get("nest", 0) + "3" + "}" * said.get("nest", 0))
    if "replace" in said:
        before, after = said["replace"]
        assert before in text, f"{said['name']}: {before} does not occur"
        text = text.replace(before, after, 1)
    if "wrap" in said:
        text = said["wrap"].replace("%", text)
    if "with_other" in said:
        text = f'{{"objects":[{spelt(honest[said["with_other"]])},{text}]}}'
    return said.get("prefix", "") + text + said.get("suffix", "")


def _change(said: dict[str, Any], obj: dict[str, Any]) -> None:
    for path, value in said.get("set", {}).items():
        container, key = place(obj, path)
        container[key] = value
    for path in said.get("remove", ()):
        container, key = place(obj, path)
        del container[key]
    for how, path in said.items():
        if how in _WAYS:
            container, key = place(obj, path)
            container[key] = _WAYS[how](container[key], said)
    if "many_keys" in said:
        obj.update({f"k{number}": number for number in range(said["many_keys"])})
    if "many_detectors" in said:
        container, key = place(obj, "extension.detectors")
        container[key] = [{**container[key][0], "name": f"d{n}"} for n in range(said["many_detectors"])]
    if "nest" in said:
        obj["x"] = _DEEP
    if said.get("reorder"):
        turned = dict(reversed(obj.items()))
        obj.clear()
        obj.update(turned)
    for how in ("fill_hex", "random_hex", "text_as_hex"):
        if how in said:
            _fill(obj, how, said[how])


_DEEP: Final = "nested"
_WAYS: Final = {
    "upper": lambda value, _: value.upper(),
    "append": lambda value, said: value + said["with"],
    "append_to": lambda value, said: [*value, said["item"]],
    "reverse": lambda value, _: value[::-1],
    "double": lambda value, _: [each for each in value for _ in range(2)],
    "long": lambda value, _: value + "a" * 4000,
}


def _fill(obj: dict[str, Any], how: str, content: Any) -> None:
    """Put bytes of one's own choice into a value that nobody can read, with the pattern to match."""
    own = obj["extensions"][EXTENSION_OF["indicator"]]
    head, _, digits = own["value"].rpartition(":")
    size = len(digits) // 2
    if how == "fill_hex":
        data = (bytes.fromhex(content) * size)[:size]
    elif how == "random_hex":
        data = random.Random(content).randbytes(size)
    else:
        data = content.encode()[:size].ljust(size, b" ")
    own["value"] = f"{head}:{data.hex()}"
    obj["pattern"] = f"[x-stillwatch-mark:{own['kind']} = '{own['value']}']"
