"""Which accounts use the same phrases, addresses or means of payment: the threads that candidates are made of.

`wording` links phrases and finds demands, `refine` peels a demand into its templates, `past` asks the earlier traffic.
"""
