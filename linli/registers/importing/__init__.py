"""Files become records: proposed, staged, checked as a whole, shown as a dry run, written, and undone.

proposing  which column means which fact
staging    a file's rows, sealed, beside the batch they came with
checking   what would become of each row: new, changed, same, refused, perhaps someone known
applying   the good rows are written, so many at a time that nobody waits, each portion whole with its entry
portions   what the rows of a transaction bring, laid at once
pacing     how many rows a transaction takes
undoing    as if the file had never come, while nothing newer rests on it
returning  the refused rows as a workbook, to be mended and sent again
"""
