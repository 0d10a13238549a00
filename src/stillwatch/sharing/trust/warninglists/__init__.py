"""Values that many innocent parties share, so that seeing one again says nothing about anybody.

Lists lie in ``lists/``, a file a class, each saying where its facts come from and when they were taken; a forum adds
its own files, and the MISP project keeps others current (`misp`). An indicator on a list is not shared, and one that is
received is put aside.
"""

from stillwatch.sharing.trust.warninglists.form import Warninglist
from stillwatch.sharing.trust.warninglists.lookup import Hit, Warninglists
from stillwatch.sharing.trust.warninglists.misp import installed_lists
from stillwatch.sharing.trust.warninglists.reading import read_lists, shipped_lists

__all__ = ["Hit", "Warninglist", "Warninglists", "installed_lists", "read_lists", "shipped_lists"]
