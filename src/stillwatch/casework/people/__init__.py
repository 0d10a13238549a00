"""Who may do what in casework, how they prove who they are, and what takes more than one of them."""

from stillwatch.casework.people.approval import NEEDS, Approval, ApprovalKind, ApprovalState
from stillwatch.casework.people.approvals import Approvals
from stillwatch.casework.people.people import People
from stillwatch.casework.people.roles import ROLES, Act, Person, Role, may

__all__ = [
    "NEEDS",
    "ROLES",
    "Act",
    "Approval",
    "ApprovalKind",
    "ApprovalState",
    "Approvals",
    "People",
    "Person",
    "Role",
    "may",
]
