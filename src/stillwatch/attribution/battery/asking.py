"""What a plan has to ask: the prompts of its tests, each once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.battery.contract import BatteryTest, Prompt
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions


def prompts_for(
    tests: Iterable[BatteryTest], pool: Sequence[str], material: Material, options: BatteryOptions
) -> tuple[Prompt, ...]:
    """Every prompt that the tests need, in the order of their ids.

    Raises:
        StillwatchError: SW-ATT-04, two tests ask under one id in different ways, as where a canary is called like
            another test's prompt.
    """
    found: dict[str, Prompt] = {}
    for test in tests:
        for prompt in test.prompts(pool, material, options):
            known = found.setdefault(prompt.prompt_id, prompt)
            if dataclasses.replace(known, sides=prompt.sides) != prompt:
                raise StillwatchError(
                    "two tests ask different things under one id",
                    code="SW-ATT-04",
                    where=f"{test.name}: {prompt.prompt_id}",
                    hint="give the canary, or the test's prompts, other ids",
                )
            found[prompt.prompt_id] = dataclasses.replace(known, sides=known.sides | prompt.sides)
    return tuple(found[name] for name in sorted(found))
