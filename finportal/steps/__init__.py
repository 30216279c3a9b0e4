"""The way in: one file a step, each with its form, `ask` (GET) and `answer` (POST)."""

from finportal.steps import code, email, image, password, personalise, recover, register

BLUEPRINTS = tuple(
    step.bp for step in (register, email, image, password, code, personalise, recover)
)
