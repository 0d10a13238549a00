"""The generated page of the battery: every test in its own words."""

from __future__ import annotations

import inspect
import re
import sys

from stillwatch.attribution.battery.contract import Weight
from stillwatch.attribution.battery.registry import tests

_HEAD = """\
# Tests of an attribution

What a plan can name as `tests`. Evidence rests on secret keys and can carry an accusation; corroboration rests on
likeness and never lifts a verdict above *consistent with*. How they are put together is told in
[Attribution](../explanation/attribution.md). One more is one more file, see `attribution/battery/contract.py`.
"""
_WEIGHT = {Weight.EVIDENCE: "Evidence", Weight.CORROBORATION: "Corroboration"}


def attribution_tests_page() -> str:
    """Every test's own words: what it sees, who looks alike, what evades it."""
    parts = [_HEAD.rstrip()]
    for name, test in tests().items():
        words = re.sub("`{2}", "`", inspect.getdoc(sys.modules[type(test).__module__]) or "")
        needs = ", ".join(f"`{need}`" for need in sorted(test.needs)) or "nothing"
        rests_on = "".join(f"\n- {reference}" for reference in test.references)
        parts.append(f"## {name}\n\n{words}\n\n{_WEIGHT[test.weight]}. Needs: {needs}. Rests on:\n{rests_on}")
    return "\n\n".join(parts)
