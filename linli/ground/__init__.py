"""The ground floor: what every room stands on. Standard library only.

refs         references a person can say on the phone (C-7K3Q9-TX)
refusals     the one family of errors a user sees: what, why, what next
permissions  everything one may be allowed to do, in one list
hands        who does something, as the lower floors see them
identity     numbers of people and organisations: what they say, what is doubtful about them
privacy      the three privacy kinds (open, personal, secret), masks, small counts
words        marks a sentence for translation without knowing who translates
progress     long work, told as it goes
"""
