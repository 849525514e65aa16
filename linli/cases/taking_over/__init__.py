"""Open matters come over from an old system or spreadsheet: with their times, deadlines and handlers.

sheet      the rows of a sheet as matters, each with what is wrong with it (no database)
finding    areas, event types and handlers by the names they bear in the sheet
bringing   take_over(matter); bring(): the whole sheet, tried first; what was refused as a workbook
"""
