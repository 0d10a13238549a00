"""The tests of the battery, one file each, found by looking into this folder."""
