"""How music sounds: decks, fades, loudness, and the place that is kept."""
