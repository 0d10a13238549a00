"""What ties a campaign's accounts together, as a graph that people unfold: which part is shown, and what is hidden."""
