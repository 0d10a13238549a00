"""What was taken and what it cost, from assumptions that are written down, sourced, dated and yours to change.

INTERNAL by nature: figures about revenue, prices and cost must not pass between competitors, and never leave the lab.
"""
