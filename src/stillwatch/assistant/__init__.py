"""The analyst's assistant: the lab's own model reads a few exchanges of a candidate and fills in a questionnaire.

Optional and off unless an endpoint is set. It stands beside detection: nothing waits for it, and what it says is
evidence with a measured error rate, never a verdict. Texts go to the lab's own endpoint and are kept nowhere.
"""
