"""What speaks for and against a candidate: the detectors' figures, and what each weighs in decibans."""
