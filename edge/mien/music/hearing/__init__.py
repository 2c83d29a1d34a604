"""How mien hears a sound file: decoding, loudness, what can be heard, and where it lies between valence and arousal."""
