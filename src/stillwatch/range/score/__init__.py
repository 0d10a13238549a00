"""Says what verdicts are worth against a made world's truth; ``score`` for one run, ``compare`` for several."""

from stillwatch.range.score.figures import Comparison, Score
from stillwatch.range.score.judge import compare, score

__all__ = ["Comparison", "Score", "compare", "score"]
