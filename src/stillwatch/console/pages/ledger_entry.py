"""One entry of the ledger with its proof: its JSON is a proof file that `stillwatch ledger verify` checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Page, View
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger.proof_file import prove

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask


def show(ask: Ask) -> View:
    """The entry, the head above it, and the way from one to the other."""
    given = ask.parts["index"]
    if not given.isdecimal() or len(given) > 15:
        raise StillwatchError("an entry is named by its number", code="SW-CON-30", hint="see /ledger")
    proof = prove(ask.office.ledger, [int(given)])
    return View(data=proof, title=f"Entry {int(given):,}", subject=given)


PAGE: Final = Page(
    name="ledger_entry",
    path="/ledger/entries/{index}",
    title="Entry",
    handler=show,
    under="/ledger",
    act=Act.READ_LEDGER,
)
