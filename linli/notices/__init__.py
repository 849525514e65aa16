"""Being told (通知): an inbox for each account, filled by followers of the journal; and ways out of the house.

The inbox holds each piece of news exactly once. What goes out (a file, a signed webhook to whoever has the contract
for SMS, WeChat or DingTalk) goes at least once, under a key by which the other side knows it again; outside quiet
hours, unless it is urgent.

tellings   which verb tells whom what, as a table that rooms add to (pure)
quiet      quiet hours (pure)
models     Notice, Wish, Sending
telling    write a notice down, with what is to be sent
queries    the inbox
reading    read, keep one's wishes
sending    send what is due
signing    the signature of a webhook, ours and theirs (pure)
chores     sends what is due, every few seconds
follows    tells of every entry that someone wants to hear of
"""
