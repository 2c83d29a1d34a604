"""From labelled clips of music to a model of valence and arousal: read, hear, cross-validate, fit."""
