"""MODEL_CARD.md: what the shipped model is, for whom, and how good it was measured to be."""
