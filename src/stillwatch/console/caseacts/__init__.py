"""What the forms of a case's page do, each by the same function as the command of that name."""
