"""The ledger: an append-only Merkle log whose signed heads let an outsider check that nothing was changed afterwards."""

from stillwatch.storage.ledger.entry import Entry, Logged
from stillwatch.storage.ledger.head import SignedHead
from stillwatch.storage.ledger.ledger import Ledger
from stillwatch.storage.ledger.signer import Signer
from stillwatch.storage.ledger.tables import ledger_tables

__all__ = ["Entry", "Ledger", "Logged", "SignedHead", "Signer", "ledger_tables"]
