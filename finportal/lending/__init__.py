"""The credit's arithmetic: pure, exact, without Flask, SQL, a clock or a float."""
