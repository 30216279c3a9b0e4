"""How hard Hypothesis tries: LENDING_PROFILE is quick by default, nightly, or mutation.

The last tries a few examples, always the same: one run for each changed line of code.
"""

import os

from hypothesis import HealthCheck, settings

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", patient, max_examples=60, stateful_step_count=20)
settings.register_profile("nightly", patient, max_examples=3_000, stateful_step_count=40)
settings.register_profile(
    "mutation", patient, max_examples=10, stateful_step_count=10, derandomize=True, database=None
)
settings.load_profile(os.environ.get("LENDING_PROFILE", "quick"))
