"""What a plan sets for the battery: thresholds, sizes and the seed; plain JSON, covered by the digest of the plan."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from typing import Any, get_type_hints

from stillwatch.errors import StillwatchError


@dataclasses.dataclass(frozen=True, slots=True)
class BatteryOptions:
    """Thresholds, sizes and the seed.

    Attributes:
        alpha: chance of a wrong "supported" over the keys that might have been drawn; needs e of 1/alpha.
        consistent: chance at which evidence is called "consistent with".
        rate: the share of innocent models wrongly accused that the controls must be able to exclude, at 95 %
            confidence; 0.05 takes 59 controls without an alarm.
        seed: of everything that is drawn while judging.
        decoys: keys that were never served and that the true one is ranked among.
        permutations: of permutation tests.
        least_effect: the smallest effect that "not supported" may claim to exclude.
        prompts: prompts of the pool to ask for watermarks and likeness.
        samples: answers to each.
        max_tokens: of each.
        same_model_prompts: prompts of the pool to ask repeatedly, for the same-model test.
        same_model_samples: answers to each of these.
        canary_samples: answers to each canary.
    """

    alpha: float = 1e-6
    consistent: float = 0.01
    rate: float = 0.05
    seed: int = 1
    decoys: int = 400
    permutations: int = 999
    least_effect: float = 0.1
    prompts: int = 1_000
    samples: int = 1
    max_tokens: int = 256
    same_model_prompts: int = 25
    same_model_samples: int = 10
    canary_samples: int = 3

    def as_json(self) -> dict[str, Any]:
        """For a plan."""
        return dataclasses.asdict(self)

    @classmethod
    def read(cls, found: Mapping[str, Any], where: str) -> BatteryOptions:
        """Options from a plan; what is not named keeps its default.

        Raises:
            StillwatchError: SW-ATT-02, a name is unknown or a value is not of its kind or range.
        """
        kinds = get_type_hints(cls)
        for name, value in found.items():
            if name not in kinds:
                near = difflib.get_close_matches(name, kinds, n=1)
                hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(kinds)}"
                raise _wrong(f"`{name}` is no option of the battery", where, hint)
            fits = isinstance(value, int | float if kinds[name] is float else int)
            if not fits or isinstance(value, bool) or value < 0:
                raise _wrong(f"`{name}` is not {_KIND[kinds[name]]}", where, "")
        options = cls(**found)
        for name in ("alpha", "consistent", "rate", "least_effect"):
            if not 0 < getattr(options, name) < 1:
                raise _wrong(f"`{name}` is not between 0 and 1", where, "")
        return options


_KIND = {int: "a whole number of at least 0", float: "a number of at least 0"}


def _wrong(message: str, where: str, hint: str) -> StillwatchError:
    return StillwatchError(message, code="SW-ATT-02", where=where, hint=hint)
