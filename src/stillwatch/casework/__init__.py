"""From an alarm to evidence that stands up: cases, what a verdict rested on, who decided, and taking it back."""
