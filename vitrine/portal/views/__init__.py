"""The pages of the portal, a file per noun."""
