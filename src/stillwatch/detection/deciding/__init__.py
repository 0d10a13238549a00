"""Whether a candidate is a campaign, and against whom that is held.

`totals` adds up what was found, `site_test` compares the site's candidates, `decide` calls them.
"""
