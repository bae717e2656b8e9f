"""Figures with a budget: data in four languages, a real server, CPU and time per request."""
