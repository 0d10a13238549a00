"""Says how easy a made world is: what one field or feature alone tells, and what the splits share."""

from stillwatch.range.audit.findings import Audit, audit

__all__ = ["Audit", "audit"]
