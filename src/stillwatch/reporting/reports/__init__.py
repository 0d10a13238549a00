"""The reports that can be made of a lab's records: one file each in ``kinds``, found by ``registry``."""
