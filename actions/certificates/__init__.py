"""Vaccination certificates: whose, showing who one is, the sheets; and having what is wrong put right."""
