"""Spreadsheets (表格) as people bring them, and as they take them away. No Django, no database.

Words: a book is a file with sheets; a heading (表头) is what a column is called; an address (B7) is where a cell
stands; a complaint is what is wrong with one cell, in words, and never stops the rest; a refusal stops the file.

guarding    what a file is, and whether it is safe to read (scanning: XLSX, opendocument: ODS, separated: CSV)
reading     books and their sheets, row by row
cells       addresses, broken cells, complaints
values      what a cell was meant to say; days: dates; shapes: what a value looks like
headings    which rows name the columns
tables      a sheet as headings and rows, without titles, totals and notes
columns     which column holds what; rows that slipped one column
writing     lists as people take them away: XLSX (workbook), CSV
mending     the error workbook
refusals    files that are not taken
"""
