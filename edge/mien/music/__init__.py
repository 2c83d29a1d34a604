"""The owner's music: the library, the choice for a mood, the jukebox and the player."""
