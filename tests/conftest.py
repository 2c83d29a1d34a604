"""Settings of all tests."""

import signal

import hypothesis

# Always the same examples, and no deadline for one: a busy machine is no fault of the code.
hypothesis.settings.register_profile("mien", deadline=None, derandomize=True)
hypothesis.settings.load_profile("mien")

# A run under nohup, or in a script's background, hands its deafness on to every program that a test starts and ends by
# closing its terminal or by Ctrl-C.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
