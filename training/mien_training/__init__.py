"""Trains mien's models on a workstation. Never installed on the device."""
