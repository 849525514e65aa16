"""One person in five spreadsheets is one person. No Django, no database.

records     what is known of a person, made alike whatever file it came from; a scheme says which column holds what
slips       how two spellings differ: neighbours swapped, one sign wrong, sounds alike
keys        where to look: whoever may be the same person shares a key, which a database can index
rolls       many records as columns of numbers
comparing   each field of many pairs at once: equal, nearly, other, not known
weighing    how much an agreement says, seen from how common the value is
judging     same, perhaps or other, with the reasons in words
linking     a file beside those already known: at most one for each, the uncertain ones for a person to look at
grouping    the same person twice in one file
"""
