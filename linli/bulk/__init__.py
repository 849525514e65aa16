"""Big tables: read, match, write. No Django, no database.

sheets      spreadsheets as people bring them, and as they take them away
matching    one person in five spreadsheets is one person
"""
