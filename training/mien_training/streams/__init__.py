"""Hours of what the eye could have said, with the mood that was true: to measure decisions on, not single frames."""
