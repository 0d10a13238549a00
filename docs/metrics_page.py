"""The page of metrics, read off the modules that give them."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).parent.parent / "src" / "stillwatch"
_PROGRAMS: Final = {
    "The node": "node",
    "The hub": "hub",
    "The key service": "keyservice",
    "The console": "console",
}
_KINDS: Final = {"CounterMetricFamily": "counter", "Counter": "counter", "Histogram": "histogram"}
_PREFIX: Final = "stillwatch_"
_HEAD: Final = """\
# Metrics

Every program answers `/metrics` in the text format of Prometheus. `deploy/` has a scrape configuration, alert rules and
Grafana dashboards that use nothing but these. Names never hold an account, an address or a customer."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class MetricRow:
    """One metric as a program gives it; counters carry the ending that Prometheus adds."""

    name: str
    kind: str
    labels: tuple[str, ...]
    about: str


def metrics(program: str) -> list[MetricRow]:
    """Metrics of a program (a folder of the sources), by name."""
    tree = ast.parse((_SOURCE / program / "metrics.py").read_text(encoding="utf-8"))
    return sorted(set(_found(tree)))


def metrics_page() -> str:
    """Every metric with its kind, labels and meaning."""
    parts = [_HEAD]
    for title, program in _PROGRAMS.items():
        rows = [
            f"| `{row.name}` | {row.kind} | {', '.join(f'`{label}`' for label in row.labels)} | {row.about} |"
            for row in metrics(program)
        ]
        parts.append(
            f"## {title}\n\n| metric | kind | labels | what it is |\n|---|---|---|---|\n" + "\n".join(rows)
        )
    return "\n\n".join(parts)


def _found(tree: ast.AST) -> Iterator[MetricRow]:
    """Calls that make a metric; a table of names is a table of counters by collection."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            words = [
                each.value
                for each in node.args
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            if len(words) >= 2 and words[0].startswith(_PREFIX):
                kind = _KINDS.get(node.func.id, "gauge") if isinstance(node.func, ast.Name) else "gauge"
                yield _row(words[0], words[1], _labels(node), kind)
        elif isinstance(node, ast.Tuple):
            words = [
                each.value
                for each in node.elts
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            if len(words) == 3 and words[1].startswith(_PREFIX):
                yield _row(words[1], words[2], ("collection",), "counter")


def _row(name: str, about: str, labels: tuple[str, ...], kind: str) -> MetricRow:
    return MetricRow(f"{name}_total" if kind == "counter" else name, kind, labels, about)


def _labels(call: ast.Call) -> tuple[str, ...]:
    for keyword in call.keywords:
        if keyword.arg in ("labels", "labelnames") and isinstance(keyword.value, ast.List):
            return tuple(str(each.value) for each in keyword.value.elts if isinstance(each, ast.Constant))
    return ()
