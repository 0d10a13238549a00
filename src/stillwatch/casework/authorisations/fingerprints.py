"""What the sketch makes of a user agent and a system prompt, so that registered ones can be told in traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson

from stillwatch.traffic.sketch import Sketcher

if TYPE_CHECKING:
    from stillwatch.traffic.pseudonyms import Pseudonymiser


def fingerprints(client: str, prompt: str, pseudonyms: Pseudonymiser) -> tuple[int, int]:
    """Fingerprints of a user agent and a system prompt, 0 for what is empty.

    An exchange that carries both is sketched as any other, so that they are what the traffic's are.
    """
    if not client and not prompt:
        return 0, 0
    messages = [{"role": "user", "content": "hello"}]
    if prompt:
        messages.insert(0, {"role": "system", "content": prompt})
    line = {"ts": "2026-01-01T00:00:00Z", "account_id": "app", "model": "m", "messages": messages}
    if client:
        line["user_agent"] = client
    sketcher = Sketcher(pseudonyms, sample=1.0, background=None, latest=np.iinfo(np.int64).max)
    row = sketcher.sketch(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)).table.to_pylist()[0]
    return (row["client"] or 0) if client else 0, (row["system"] or 0) if prompt else 0
