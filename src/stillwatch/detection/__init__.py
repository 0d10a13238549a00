"""Judging: which accounts serve one demand, how much speaks for it, and since when that could be known.

Flow: `frame` loads sketched exchanges in time order. At each checkpoint `linking` and `behaviour` say which accounts
have something in common, and `candidates` what to look at together (`look`). `detectors` measure, `weighing` turns
what they measured into decibans, `deciding` calls campaigns, `conclusions` says so to people (`run` is all of it).
Everything is computed forward through checkpoints, so nothing is judged with knowledge of what came later.
"""
