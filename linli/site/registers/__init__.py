"""Pages of the registers: lists, one archive a record, search, disputes, what looks alike."""
