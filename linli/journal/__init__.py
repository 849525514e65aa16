"""The journal (留痕): what was done, by whom, when. Append only.

Words: an entry is one act of a verb; a seal chains entries so that none can be bent unseen; a witness keeps the
head of the chain outside the database; a follower hears of entries and does its work exactly once; a chore is
work that is done every so often.

models        Entry, Seal, Delivery, Chore
writing       write(): the one way an entry comes to be, inside the verb's own transaction; digest() for bulk writes
chain         how an entry is hashed, and what bends a chain (pure)
sealing       numbers and hashes, given in batches after commit
witness       the head of the chain, kept in a file beside the keys
verifying     the whole chain walked, and held against its seals and its witness
following     followers: declared in a room's follows.py
delivering    what the worker does for followers; exactly once
redelivering  history for a follower that came later
timing        chores: declared in a room's chores.py, run by the worker
queries       timelines, and how things stand
"""
