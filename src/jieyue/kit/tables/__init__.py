"""Tables that people bring along: spreadsheets and separated text, read row by row as text."""
