"""The file of opened material: what a plan is prepared with and a verdict is recomputed from.

``{"form", "settings", "keys": [{"cluster", "epoch", "secret"}], "decoys": {"seed", "count"}, "tokeniser", "canaries",
"opening"}``. The tokeniser is a file beside it. The opening shows against a ledger that keys and decoys were committed
to before anything was served under them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from stillwatch.attribution.keys.opening import Opening, not_opened, read_opening

if TYPE_CHECKING:
    from stillwatch.attribution.canaries.canary import Canary

FORM: Final = "stillwatch attribution material v1"


def handout(opening: Opening, decoys: int, tokeniser: str, canaries: Sequence[Canary]) -> dict[str, Any]:
    """The document.

    Args:
        opening: the opened keys.
        decoys: how many to rank among.
        tokeniser: name of the file beside it; empty for none.
        canaries: that were planted under the keys.
    """
    return {
        "form": FORM,
        "settings": opening.settings.as_json(),
        "keys": [
            {"cluster": key.cluster, "epoch": key.epoch, "secret": key.secret.hex()}
            for key in opening.all_keys()
        ],
        "decoys": {"seed": opening.decoy_seed.hex(), "count": decoys},
        "tokeniser": tokeniser or None,
        "canaries": [canary.as_json() for canary in canaries],
        "opening": opening.as_json(),
    }


def opening_in(document: object, where: str) -> Opening:
    """The opening in a document, whose keys and decoys must be those that it opens.

    Raises:
        StillwatchError: SW-ATT-16, it is none, or the document has other keys.
    """
    if not isinstance(document, Mapping):
        raise not_opened(where)
    opening = read_opening(document.get("opening"), where)
    decoys = document.get("decoys")
    said = handout(opening, decoys.get("count", 0) if isinstance(decoys, Mapping) else 0, "", ())
    if any(document.get(name) != said[name] for name in ("settings", "keys", "decoys")):
        raise not_opened(where)
    return opening
