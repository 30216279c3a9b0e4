"""Files from and to the banks that collect: what was paid (Asobancaria 2001, 98), what is due."""
