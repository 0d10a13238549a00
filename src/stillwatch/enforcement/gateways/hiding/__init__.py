"""Taking reasoning text and token probabilities out of answers, event by event, whatever the chunks of the network."""
