"""The other lane: text that people read, which two of them release, one of them counsel."""

from __future__ import annotations

from stillwatch.sharing.gate.counsel.confirmations import Confirmations
from stillwatch.sharing.gate.counsel.items import Item, ItemState, RefusalReason
from stillwatch.sharing.gate.counsel.queue import Counsel
from stillwatch.sharing.gate.counsel.scan import Finding, scan

__all__ = ["Confirmations", "Counsel", "Finding", "Item", "ItemState", "RefusalReason", "scan"]
