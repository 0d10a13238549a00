"""One case, gathered for its page: plain data from casework, evidence and decisions, a module a part of the page."""
