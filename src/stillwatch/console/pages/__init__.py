"""One file a page, found by scanning this folder: a module defines ``PAGE``, its templates stand in ``templates/``."""
