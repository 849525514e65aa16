"""The registers of a town: who lives where, in which household and dwelling, which shop; and the book of facts."""
