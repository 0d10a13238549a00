"""Who may do what in casework, how they prove who they are, and what takes more than one of them."""

from stillwatch.casework.people.approvals import NEEDS, Approval, ApprovalKind, Approvals, ApprovalState
from stillwatch.casework.people.register import People
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
