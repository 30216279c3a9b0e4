"""The outside world: database, mail, secrets, pictures and word lists."""
