"""Values as they may be shown: without the password of an address."""

from __future__ import annotations

import re
from typing import Any, Final

_PASSWORD: Final = re.compile(r"(?<=://)([^/@:]*):[^@]*(?=@)|((?:^|[?&])password=)[^&]*")


def without_password(value: Any) -> Any:
    """A value, text among them without the password of an address in it."""
    if not isinstance(value, str):
        return value
    return _PASSWORD.sub(lambda found: f"{found[2]}…" if found[2] else f"{found[1]}:…", value)
