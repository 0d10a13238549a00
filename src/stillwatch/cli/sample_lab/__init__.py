"""A lab that has been at work for three days: traffic with campaigns, cases, decisions, appeals, others' indicators."""
