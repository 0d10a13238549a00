"""The walk through the code names what is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "one-exchange.md").read_text(encoding="utf-8")
ROW = re.compile(r"(?m)^\|[^|]*\| `([\w/]+\.py)` \| (`[^|]*`) \|$")
BESIDE = re.compile(r"`([\w/]+\.py)`\s?[:(] ?\(?((?:`[\w.]+`(?:, )?)+)")


def named() -> list[tuple[str, str]]:
    """Each module with each name that the page gives beside it."""
    pairs = [*ROW.findall(PAGE), *BESIDE.findall(PAGE)]
    return [(module, name) for module, names in pairs for name in re.findall(r"`([\w.]+)`", names)]


def defined(path: Path) -> set[str]:
    """What a module binds, and ``Class.member`` of what its classes do."""
    found: set[str] = set()

    def bind(part: ast.stmt, before: str) -> None:
        match part:
            case ast.ClassDef(name=name, body=body):
                found.add(before + name)
                for each in body:
                    bind(each, f"{before}{name}.")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(before + name)
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                found.add(before + name)

    for part in ast.parse(path.read_text(encoding="utf-8")).body:
        bind(part, "")
    return found


def test_every_name_stands_in_its_module() -> None:
    pairs = named()
    assert len(pairs) > 45
    gone = [
        f"{module}: {name}"
        for module, name in pairs
        if not (path := ROOT / "src" / "stillwatch" / module).is_file() or name not in defined(path)
    ]
    assert gone == []


def test_every_module_that_is_mentioned_exists_and_every_step_has_a_table_of_them() -> None:
    mentioned = set(re.findall(r"`([\w/]+/\w+\.py)`", PAGE))
    assert [each for each in mentioned if not (ROOT / "src" / "stillwatch" / each).is_file()] == []
    assert mentioned == {module for module, _ in named()} | {
        "enforcement/gateways/nginx.py",
        "enforcement/gateways/litellm.py",
    }
    for step in PAGE.split("\n## ")[1:-1]:
        assert ROW.search(step), step.splitlines()[0]
