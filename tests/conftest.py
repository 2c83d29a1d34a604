"""Settings of all tests."""

import hypothesis

# Always the same examples, and no deadline for one: a busy machine is no fault of the code.
hypothesis.settings.register_profile("mien", deadline=None, derandomize=True)
hypothesis.settings.load_profile("mien")
