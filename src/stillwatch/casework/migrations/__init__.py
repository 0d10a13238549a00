"""How casework's tables came to be. Each part has a line of revisions of its own, which begins after ``people_01``.

A revision is ``versions/PART_NN.py``. Lines do not know each other; where one needs another's table it says so with
``depends_on``. A revision that was released is never changed.
"""
