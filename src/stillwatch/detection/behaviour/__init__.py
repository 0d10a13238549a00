"""How accounts behave, and which of them behave alike and unlike the site's earlier accounts.

No account is called anything by this alone. It only proposes whom to look at together.
"""
