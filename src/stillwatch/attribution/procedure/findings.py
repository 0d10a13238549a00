"""What judging an archive gave, in one form: recomputed anywhere it is the same, up to the last digits of fractions."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
import orjson

from stillwatch import __version__
from stillwatch.attribution.plans.plan import digest_of

if TYPE_CHECKING:
    from stillwatch.attribution.archive.standing import ModelLine
    from stillwatch.attribution.combine.conclusion import Conclusion, Judgement
    from stillwatch.attribution.procedure.quality import Quality

FORM: Final = "stillwatch attribution findings v1"
_RELATIVE: Final = 1e-6
"""Processors differ in the last digits of a logarithm; a change of a verdict does not hide there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Findings:
    """What judging an archive gave.

    Attributes:
        plan_id: of the plan; ``plan`` is its digest.
        plan: see ``plan_id``.
        manifest: digest of the manifest.
        models: what each model gave.
        quality: what each model's answers are like.
        judgement: what the battery gave, its own conclusion included.
        conclusion: what may be said; the battery's, unless the plan's rules do not allow one.
        remarks: what to know beside it, a sentence each.
        program: the version of Stillwatch that judged.
    """

    plan_id: str
    plan: str
    manifest: str
    models: tuple[ModelLine, ...]
    quality: Mapping[str, Quality]
    judgement: Judgement
    conclusion: Conclusion
    remarks: tuple[str, ...]
    program: str = __version__
    form: str = FORM

    def plain(self) -> dict[str, Any]:
        """As JSON has it; what is no number is text, so that nothing is lost."""
        found: dict[str, Any] = _written(msgspec.to_builtins(self, order="sorted", enc_hook=_number))
        return found

    def body(self) -> bytes:
        """As it is written: JSON, keys sorted, indented."""
        return orjson.dumps(self.plain(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the body: what the ledger has."""
        return digest_of(self.body())


def _number(value: Any) -> Any:
    """A test of the battery may give a number of numpy's, which JSON does not know.

    Raises:
        TypeError: it is no such number.
    """
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(type(value).__name__)


def differing(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Places at which two findings differ by more than the last digits of a fraction."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            inner = f"{place}.{name}" if place else name
            if name not in before or name not in after:
                yield inner
            else:
                yield from differing(before[name], after[name], inner)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (ours, theirs) in enumerate(zip(before, after, strict=True), 1):
            yield from differing(ours, theirs, f"{place}.{number}")
    elif isinstance(before, float) or isinstance(after, float):
        if not _alike(before, after):
            yield place
    elif before != after:
        yield place


def _alike(before: Any, after: Any) -> bool:
    if not isinstance(before, int | float) or not isinstance(after, int | float):
        return False
    return math.isclose(before, after, rel_tol=_RELATIVE, abs_tol=1e-12)


def _written(value: Any) -> Any:
    """Infinite numbers as text, which JSON has no form for."""
    if isinstance(value, dict):
        return {name: _written(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_written(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
