"""Values that many innocent parties share, so that seeing one again says nothing about anybody.

Lists lie in ``lists/``, a file a class, each saying where its facts come from and when they were taken; a forum adds
its own files. An indicator on a list is not shared, and a received one counts for nothing.
"""

from stillwatch.sharing.trust.warninglists.lookup import Hit, Warninglists
from stillwatch.sharing.trust.warninglists.reading import Warninglist, read_lists, shipped_lists

__all__ = ["Hit", "Warninglist", "Warninglists", "read_lists", "shipped_lists"]
