"""The ledger: an append-only Merkle log; by its signed heads an outsider can check that nothing was changed later."""

from stillwatch.storage.ledger.entry import Entry, Logged
from stillwatch.storage.ledger.head import SignedHead
from stillwatch.storage.ledger.ledger import Ledger
from stillwatch.storage.ledger.signer import Signer
from stillwatch.storage.ledger.tables import ledger_tables

__all__ = ["Entry", "Ledger", "Logged", "SignedHead", "Signer", "ledger_tables"]
