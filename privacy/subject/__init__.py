"""What a person gets: their data found, copied, corrected, restricted, objected to, and no more used."""
