"""The forms of the portal, a file per noun."""
