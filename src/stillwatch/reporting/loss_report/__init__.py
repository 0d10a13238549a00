"""The loss estimate as a page and as JSON, marked INTERNAL: it must not pass between competitors."""
