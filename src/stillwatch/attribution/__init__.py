"""Is that model a copy of ours? Keys while we serve, tests of what a suspect says, and a verdict with an error rate.

keys (which account is served under which key) ─► watermark, canaries (what a key does to an answer) ─► battery (what
a suspect's answers show) ─► combine (what may be said, and how often it would be wrong).
"""
