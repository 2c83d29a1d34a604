"""The sections of the settings file: what stands in each, and what may."""
