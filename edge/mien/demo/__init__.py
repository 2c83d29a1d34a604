"""The demonstration: music composed here and a clip played as a camera."""
