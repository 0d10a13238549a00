"""What people look at: the report page and the terminal's table, drawn from a detection result alone."""
