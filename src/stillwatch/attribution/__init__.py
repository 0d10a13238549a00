"""Attribution: is that model a copy of ours? Keys, tests with error rates that hold, and a procedure others can redo."""
