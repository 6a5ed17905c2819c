"""Measurements, run by ``make bench``; figures depend on the machine, ratios less so."""
