"""Pages of access: one module for each part of the work."""
