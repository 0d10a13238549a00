"""What a judgement rested on, kept small enough to judge it again without the traffic."""
