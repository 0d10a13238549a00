"""An attribution as a page that a lawyer can read and as JSON: what was shown, what was not, how often it is wrong."""
