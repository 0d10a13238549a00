"""The live world: planned traffic that reacts to decisions, step by step.

``world`` steps through time; ``customers`` and ``crew`` react; ``desk`` answers under the decisions in force;
``loop`` lets a policy act on the verdicts of the real detector.
"""
