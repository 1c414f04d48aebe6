"""Why a date or a charge is what it is: for staff, and for the reader it is about."""
