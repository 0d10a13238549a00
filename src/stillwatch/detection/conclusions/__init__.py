"""What was decided, as verdicts, campaigns and reasons for people. Nothing is decided here."""
