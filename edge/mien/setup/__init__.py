"""The first run: questions on a terminal, and a settings file from the answers, written after the last of them."""
