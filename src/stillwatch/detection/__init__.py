"""Judging: which accounts serve one demand, how much speaks for it, and since when that could be known.

Flow: `frame` loads sketched exchanges in time order, `wording` and `infrastructure` link accounts, `communities` groups
the links, `demand` says which exchanges a candidate campaign consists of, the detectors weigh it, `decide` calls it.
Everything is computed forward through checkpoints, so nothing is judged with knowledge of what came later.
"""
