"""How hard Hypothesis tries: quickly by default, long with LENDING_PROFILE=nightly."""

import os

from hypothesis import HealthCheck, settings

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", patient, max_examples=60, stateful_step_count=20)
settings.register_profile("nightly", patient, max_examples=3_000, stateful_step_count=40)
settings.load_profile(os.environ.get("LENDING_PROFILE", "quick"))
