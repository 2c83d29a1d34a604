"""The process that sees: camera, face, crop, expression. It has no network."""
