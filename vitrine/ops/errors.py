"""What keeps the product from starting."""


class Problem(Exception):
    """One clear sentence for the person at the terminal; then a non-zero exit."""
