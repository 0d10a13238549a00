"""Reading: from whatever a gateway logs to canonical exchanges, with nothing lost silently.

A format is one file with a ``FORMAT`` object (`contract.LogFormat`); `registry` finds it, `reading` applies
it.
"""
