"""What the pages about the policy share: the desk, rules with what they do now, and back-tests."""
