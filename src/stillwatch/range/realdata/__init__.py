"""Real prompts, arrivals and token sizes from public data sets, for worlds that are to sound real.

The sets lie beside the project and never in it. Nothing in them is labelled as an attack, and no public
data has accounts, addresses or payments: those stay invented.
"""
