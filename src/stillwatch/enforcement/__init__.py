"""From verdicts to decisions: policy, brakes, a store of decisions, the snapshot that gateways ask.

``policy`` is the language, ``engine`` applies it, ``store`` keeps what was decided, ``snapshot`` answers at once.
"""
