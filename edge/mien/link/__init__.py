"""The Unix socket between the eye and the player. Probabilities and boxes cross it, and photos to be judged."""
