"""Chinese text as it is written, said, mistyped and looked for. No Django, no database."""
