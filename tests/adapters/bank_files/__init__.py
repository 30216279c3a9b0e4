"""Files from and to banks."""
