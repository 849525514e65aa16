"""Registers 登记

Who lives where, in which household, which dwelling, which shop: what communities keep in fifty spreadsheets.
"""
