"""Pages of the journal: who did what, where, when.

told      each verb as a sentence
reading   entries as lines of the timeline, names put in the place of references
views     the timeline
"""
