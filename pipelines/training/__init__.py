"""The whole life of one run, in a process of its own: load, build, fit, test, keep. The only room that trains."""

import os

# Before anything imports TensorFlow, which reads it once. Only its warnings and errors belong in a run's log.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
