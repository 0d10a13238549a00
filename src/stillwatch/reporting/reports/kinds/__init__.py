"""The reports, one file each: every module here that defines ``KIND`` is one."""
