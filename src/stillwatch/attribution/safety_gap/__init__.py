"""What a suspected copy lost in safety: teacher and suspect answer the same prompts and are compared pair by pair."""
