"""From what the tests show to what may be said: e-values combined, controls counted, a verdict that keeps to them."""

from stillwatch.attribution.combine.conclusion import ClusterFinding, Conclusion, Judgement, Verdict

__all__ = ["ClusterFinding", "Conclusion", "Judgement", "Verdict"]
