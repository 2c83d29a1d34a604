"""Pictures of what was seen and decided over time: in a terminal, and as SVG. Pure: values in, text out."""
