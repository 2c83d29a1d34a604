"""From expressions to a decided mood. Pure: no clock, no thread, no input or output."""
