"""The portal in a real browser, served by the real server, with mail over real SMTP."""
