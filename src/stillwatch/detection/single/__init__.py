"""Judging one account's window alone, where no campaign explains the account.

Flow: `windows` cuts accounts' exchanges into runs, `traits` says what an exchange looks like, `composition` asks how
far the mix of a window departs from the site's usual windows, `repetition` whether it keeps repeating wording that the
site did not have, `pooling` whether several windows share such wording; `judge` adds the evidence and says what it is
worth. Nothing is learned from labels: a mix learned from known attacks was measured to find unknown ones less often.
"""
