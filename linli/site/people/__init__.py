"""Pages of the people who work here: posts and who holds them, invitations, leave, the roster, who may do what."""
