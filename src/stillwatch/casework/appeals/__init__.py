"""Appeals: taken in, answered in time by somebody who had no part in the measure, and explained to whom it concerns."""
