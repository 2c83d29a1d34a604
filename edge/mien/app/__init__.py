"""The composition root: builds every part from the settings and connects them. No part builds another."""
