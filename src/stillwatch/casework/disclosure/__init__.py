"""The one door out: a decided case becomes indicators, shown to the byte, approved by two roles, then released.

`gathering` reads what the case's accounts have in common, `profiles` and `families` turn it into classes, `drafting`
makes indicators that describe at least k accounts, `door` asks, binds the approval to the exact bytes and releases.
"""
