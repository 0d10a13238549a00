"""Cases: opened from campaigns, kept one a campaign, worked on by one person at a time."""

from stillwatch.casework.cases.conflicts import ConflictError
from stillwatch.casework.cases.filters import CaseFilter, Order
from stillwatch.casework.cases.levels import ServiceLevels
from stillwatch.casework.cases.store import CaseStore

__all__ = ["CaseFilter", "CaseStore", "ConflictError", "Order", "ServiceLevels"]
