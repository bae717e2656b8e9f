"""The pages of the desk: access, form, one action, one template."""
