"""Which track a mood gets, and why."""
